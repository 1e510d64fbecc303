"""The whole stack with its source lines is looked up for the name of the caller."""

import inspect
import sys

from support.load import has_problem, repeat


def caller_by_stack():
    return inspect.stack()[1].function


def caller_by_frame():
    return sys._getframe(1).f_code.co_name


def work():
    return caller_by_stack() if has_problem else caller_by_frame()


repeat(work)

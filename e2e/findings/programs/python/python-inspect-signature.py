"""A function's parameters are looked up on each call of it."""

import functools
import inspect

from support.load import has_problem, repeat


def handle(request, user=None, trace=False):
    return request, user, trace


parameters_of = functools.cache(lambda function: tuple(inspect.signature(function).parameters))


def looked_up_on_each_call():
    known = {'user': 'ada', 'unknown': 1}
    return handle('GET', **{name: known[name] for name in inspect.signature(handle).parameters if name in known})


def looked_up_once():
    known = {'user': 'ada', 'unknown': 1}
    return handle('GET', **{name: known[name] for name in parameters_of(handle) if name in known})


repeat(looked_up_on_each_call if has_problem else looked_up_once)

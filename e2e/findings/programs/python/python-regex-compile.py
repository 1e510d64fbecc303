"""Patterns built from data: each is compiled anew, because `re` remembers 512 at most."""

import itertools
import re

from support.load import has_problem, repeat

names = [f'customer-{number}' for number in range(2000)]
text = 'order 17 of customer-1999, paid'
next_name = itertools.cycle(names)


def compiled_for_each():
    return re.search(rf'\b{next(next_name)}\b,?\s+(paid|open)', text)


one = re.compile(r'\b(customer-\d+)\b,?\s+(paid|open)')


def compiled_once():
    found = one.search(text)
    return found is not None and found[1] == next(next_name)


repeat(compiled_for_each if has_problem else compiled_once)

"""A warning that is shown each time, instead of the call that it warns of being changed."""

import os
import sys
import warnings

from support.load import has_problem, repeat

sys.stderr = open(os.devnull, 'w')
warnings.simplefilter('always')


def old_price(amount):
    warnings.warn('old_price is going away: use price', DeprecationWarning, stacklevel=2)
    return price(amount)


def price(amount):
    return sum(amount * rate for rate in range(100))


repeat((lambda: old_price(3)) if has_problem else (lambda: price(3)))

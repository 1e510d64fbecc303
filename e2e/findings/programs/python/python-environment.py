"""The environment is asked for each item."""

import os

from support.load import has_problem, repeat

os.environ['SHOP_CURRENCY'] = 'EUR'
currency = os.environ['SHOP_CURRENCY']


def asked_each_time():
    return [(i, os.environ['SHOP_CURRENCY']) for i in range(100)]


repeat(asked_each_time if has_problem else lambda: [(i, currency) for i in range(100)])

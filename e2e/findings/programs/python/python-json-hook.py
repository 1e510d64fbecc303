"""A function is called for each object that is read."""

import json
from types import SimpleNamespace

from support.load import has_problem, repeat

text = json.dumps([{'id': number, 'price': {'amount': number, 'currency': 'EUR'}} for number in range(500)])


def as_namespace(members):
    return SimpleNamespace(**members)


def with_a_hook():
    return sum(order.price.amount for order in json.loads(text, object_hook=as_namespace))


def without_one():
    return sum(order['price']['amount'] for order in json.loads(text))


repeat(with_a_hook if has_problem else without_one)

"""Orders, made up but always the same ones."""
import itertools
import random

PRODUCTS = ["candle", "lantern", "match", "wick", "wax", "holder", "snuffer", "taper"]
_numbers = itertools.count(1)
_random = random.Random(7)


def next_orders(count):
    return [make_order(next(_numbers)) for _ in range(count)]


def make_order(number):
    lines = [
        {"product": _random.choice(PRODUCTS), "quantity": _random.randint(1, 12), "cents": _random.randint(99, 9900)}
        for _ in range(6)
    ]
    return {"id": number, "customer": f"customer-{number % 97}", "lines": lines}

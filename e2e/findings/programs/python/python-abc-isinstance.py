"""Each item is checked against a protocol."""

import typing

from support.load import has_problem, repeat


@typing.runtime_checkable
class Priced(typing.Protocol):
    price: int

    def total(self): ...


class Line:
    def __init__(self, price):
        self.price = price

    def total(self):
        return self.price


lines = [Line(i) for i in range(100)]


def by_protocol():
    return sum(line.total() for line in lines if isinstance(line, Priced))


def by_class():
    return sum(line.total() for line in lines if isinstance(line, Line))


repeat(by_protocol if has_problem else by_class)

"""The type hints of a class are resolved for each value that is checked against them."""

import typing

from support.load import has_problem, repeat


class Order:
    id: 'int'
    sku: 'str'
    count: 'typing.Optional[int]'


known = typing.get_type_hints(Order)


def checked_by(hints):
    return [name for name in ('id', 'sku', 'count', 'price') if name in hints]


repeat((lambda: checked_by(typing.get_type_hints(Order))) if has_problem else (lambda: checked_by(known)))

"""Objects become dictionaries by a function that copies all that is in them, down to the last list."""

import dataclasses
import json

from support.load import has_problem, repeat


@dataclasses.dataclass
class Line:
    sku: str
    count: int


@dataclasses.dataclass
class Order:
    id: int
    lines: list


order = Order(7, [Line(f'sku-{i}', i) for i in range(50)])


def as_dictionary():
    return json.dumps(dataclasses.asdict(order))


def written_out():
    return json.dumps({'id': order.id, 'lines': [{'sku': line.sku, 'count': line.count} for line in order.lines]})


repeat(as_dictionary if has_problem else written_out)

"""JSON with an indent, for machines to read: the encoder written in C cannot do that."""

import json

from support.load import has_problem, repeat

orders = [{'id': number, 'lines': [{'sku': f'sku-{i}', 'count': i} for i in range(10)]} for number in range(20)]


def indented():
    json.dumps(orders, indent=2)


def compact():
    json.dumps(orders)


repeat(indented if has_problem else compact)

"""Data is read as Python source."""

import ast
import json

from support.load import has_problem, repeat

orders = [{'id': i, 'skus': [f'sku-{i}', f'sku-{i + 1}']} for i in range(100)]
source = repr(orders)
text = json.dumps(orders)

repeat((lambda: ast.literal_eval(source)) if has_problem else (lambda: json.loads(text)))

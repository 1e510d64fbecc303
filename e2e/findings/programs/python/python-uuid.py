"""A UUID object for each row, which is needed as text only."""

import itertools
import uuid

from support.load import has_problem, repeat

prefix = uuid.uuid4().hex
numbers = itertools.count()

repeat(
    (lambda: [str(uuid.uuid4()) for _ in range(100)])
    if has_problem
    else (lambda: [f'{prefix}-{next(numbers):x}' for _ in range(100)])
)

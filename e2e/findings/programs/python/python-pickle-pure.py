"""Pickling by the class that is written in Python."""

import io
import pickle

from support.load import has_problem, repeat

orders = [{'id': i, 'skus': [f'sku-{i}']} for i in range(100)]


class Pickler(pickle._Pickler):
    """As libraries do that pickle what `pickle` does not."""


def dumped_by(pickler):
    file = io.BytesIO()
    pickler(file, 5).dump(orders)
    return file.getvalue()


repeat(lambda: dumped_by(Pickler if has_problem else pickle.Pickler))

"""The version of an installed package is looked up for each answer."""

import importlib.metadata

from support.load import has_problem, repeat

version = importlib.metadata.version('pip')


def looked_up():
    return {'version': importlib.metadata.version('pip'), 'sum': sum(range(1000))}


repeat(looked_up if has_problem else lambda: {'version': version, 'sum': sum(range(1000))})

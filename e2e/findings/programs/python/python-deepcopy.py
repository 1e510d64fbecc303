"""Defaults are copied as deep as they go, for one value to be set."""

import copy

from support.load import has_problem, repeat

defaults = {'limits': {f'limit-{i}': [i, i * 2] for i in range(50)}, 'user': None}


def deep():
    settings = copy.deepcopy(defaults)
    settings['user'] = 'ada'
    return settings


def shallow():
    return {**defaults, 'user': 'ada'}


repeat(deep if has_problem else shallow)

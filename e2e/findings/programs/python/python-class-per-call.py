"""A class is made on each call."""

import collections

from support.load import has_problem, repeat

Point = collections.namedtuple('Point', 'x y')


def made_on_each_call():
    point_class = collections.namedtuple('Point', 'x y')
    return [point_class(i, i).x for i in range(20)]


def made_once():
    return [Point(i, i).x for i in range(20)]


repeat(made_on_each_call if has_problem else made_once)

"""Files are asked for one by one whether they are there."""

import os

from support.load import has_problem, repeat

here = os.path.dirname(os.path.abspath(__file__))
wanted = [os.path.join(here, f'page-{i}.html') for i in range(100)]


def one_by_one():
    return [path for path in wanted if os.path.exists(path)]


def by_one_listing():
    there = set(os.listdir(here))
    return [path for path in wanted if path.rpartition('/')[2] in there]


repeat(one_by_one if has_problem else by_one_listing)

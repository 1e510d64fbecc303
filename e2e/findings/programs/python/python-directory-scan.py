"""A directory is searched for each request."""

import glob
import os

from support.load import has_problem, repeat

here = os.path.dirname(os.path.abspath(__file__))
found = sorted(glob.glob(os.path.join(here, '*.py')))


def searched():
    return len(sorted(glob.glob(os.path.join(here, '*.py'))))


repeat(searched if has_problem else lambda: len(found))

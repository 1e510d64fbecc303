"""The load of a program: one piece of work over and over, for as long as a recording takes."""

import sys
import time

SECONDS = 5

if sys.argv[1:] not in (['with'], ['without']):
    sys.exit(f'usage: {sys.argv[0]} with|without')

has_problem = sys.argv[1] == 'with'


def repeat(work):
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        work()

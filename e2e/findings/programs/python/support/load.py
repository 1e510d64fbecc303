"""The load of a program: one piece of work over and over, for as long as a recording takes."""

import os
import sys
import time

SECONDS = int(os.environ.get('PROGRAM_SECONDS', '4'))

if sys.argv[1:] not in (['with'], ['without']):
    sys.exit(f'usage: {sys.argv[0]} with|without')

has_problem = sys.argv[1] == 'with'


def repeat(work, besides_ms=0):
    """`besides_ms` is what a program that mostly waits computes between two pieces of work."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        work()
        compute(besides_ms)


def compute(milliseconds):
    end = time.monotonic() + milliseconds / 1000
    while time.monotonic() < end:
        sum(range(200))

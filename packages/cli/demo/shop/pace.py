"""Keeps a demo program from taking a whole core."""
import time


def working_half_of_the_time():
    """Yields a function to call after each piece of work: it rests as long as the work took.

    A piece should take some tenths of a second: a sampler that has to wait for the interpreter sees short ones too rarely.
    """
    while True:
        started = time.perf_counter()
        yield lambda: time.sleep(time.perf_counter() - started)

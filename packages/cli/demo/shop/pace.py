"""Keeps a demo program from taking a whole core."""
import time


def working_half_of_the_time():
    """Yields a function to call after each piece of work: it rests as long as the work took."""
    while True:
        started = time.perf_counter()
        yield lambda: time.sleep(time.perf_counter() - started)

"""A thread asks again and again whether another one is done."""

import time
from concurrent.futures import ThreadPoolExecutor

from support.load import has_problem, repeat

pool = ThreadPoolExecutor(1)


def work():
    time.sleep(0.01)
    return sum(range(3000))


def asked():
    future = pool.submit(work)
    while not future.done():
        pass
    return future.result()


repeat(asked if has_problem else lambda: pool.submit(work).result(), besides_ms=15)

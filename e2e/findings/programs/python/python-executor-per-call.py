"""A pool of threads is made for each request."""

from concurrent.futures import ThreadPoolExecutor

from support.load import has_problem, repeat

shared = ThreadPoolExecutor(4)


def prices(pool):
    return sum(pool.map(lambda number: sum(range(number)), [500, 600, 700, 800]))


def in_a_new_pool():
    with ThreadPoolExecutor(4) as pool:
        return prices(pool)


repeat(in_a_new_pool if has_problem else lambda: prices(shared), besides_ms=4)

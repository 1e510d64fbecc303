"""A pool of connections for each request."""

import urllib3

from support import server
from support.load import has_problem, repeat

url = f'http://127.0.0.1:{server.start()}/price'
shared = urllib3.PoolManager()


def by_a_new_pool():
    with urllib3.PoolManager() as pool:
        return pool.request('GET', url).data


repeat(by_a_new_pool if has_problem else lambda: shared.request('GET', url).data, besides_ms=6)

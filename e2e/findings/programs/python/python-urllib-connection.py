"""`urllib.request` opens a connection for each request."""

import http.client
import urllib.request

from support import server
from support.load import has_problem, repeat

port = server.start()
shared = http.client.HTTPConnection('127.0.0.1', port)


def by_urlopen():
    with urllib.request.urlopen(f'http://127.0.0.1:{port}/price') as answer:
        return answer.read()


def by_a_kept_connection():
    shared.request('GET', '/price')
    return shared.getresponse().read()


repeat(by_urlopen if has_problem else by_a_kept_connection, besides_ms=4)

"""A TLS connection for each request."""

import http.client

from support import server
from support.load import has_problem, repeat

port = server.start('tls')
context = server.client_context()
shared = http.client.HTTPSConnection('127.0.0.1', port, context=context)


def ask(connection):
    connection.request('GET', '/price')
    return connection.getresponse().read()


def by_a_new_connection():
    connection = http.client.HTTPSConnection('127.0.0.1', port, context=context)
    ask(connection)
    connection.close()


repeat(by_a_new_connection if has_problem else lambda: ask(shared), besides_ms=5)

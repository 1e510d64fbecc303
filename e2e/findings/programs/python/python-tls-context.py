"""The system's certificates are loaded for each connection."""

import ssl

from support.load import has_problem, repeat

shared = ssl.create_default_context()


def greet(context):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    connection = context.wrap_bio(incoming, outgoing, server_hostname='example.com')
    try:
        connection.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()


repeat((lambda: greet(ssl.create_default_context())) if has_problem else (lambda: greet(shared)), besides_ms=1)

"""The standard library's sockets, TLS and HTTP client, as they are without gevent or eventlet.

Those replace parts of modules in place, at any moment, by ones that belong to an event loop. The agent's threads have
none: a socket of gevent's in one of them, or merely an import, can wait forever for a lock of gevent's in another. So
where a program might be patched, the agent has copies of its own, and everything is loaded before its threads start.
"""

import codecs
import importlib
import sys

from .native import may_be_patched

_PATCHED = ('socket', 'ssl', 'http.client')


def _load():
    if not may_be_patched():
        return [importlib.import_module(name) for name in _PATCHED]
    for codec in ('ascii', 'latin-1', 'utf-8', 'idna'):
        codecs.lookup(codec)
    # Loaded once by their names, so that what they need is there.
    for name in _PATCHED:
        importlib.import_module(name)
    theirs = {name: sys.modules.pop(name) for name in _PATCHED}
    try:
        return [importlib.import_module(name) for name in _PATCHED]
    finally:
        sys.modules.update(theirs)
        # The import made the copy an attribute of its package.
        sys.modules['http'].client = theirs['http.client']


socket, ssl, http_client = _load()

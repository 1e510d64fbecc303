"""`requests.get` makes a session, and with it a connection, for each request."""

import requests

from support import server
from support.load import has_problem, repeat

url = f'http://127.0.0.1:{server.start()}/price'
shared = requests.Session()

repeat((lambda: requests.get(url).json()) if has_problem else (lambda: shared.get(url).json()), besides_ms=6)

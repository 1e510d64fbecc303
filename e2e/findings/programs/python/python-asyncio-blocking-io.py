"""A coroutine waits for an answer, and the event loop with it."""

import asyncio
import http.client
import time

from support import server
from support.load import SECONDS, compute, has_problem

port = server.start()
shared = http.client.HTTPConnection('127.0.0.1', port)


def ask():
    shared.request('GET', '/price')
    return shared.getresponse().read()


async def main():
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        compute(2)
        if has_problem:
            ask()
            await asyncio.sleep(0)
        else:
            await asyncio.get_running_loop().run_in_executor(None, ask)


asyncio.run(main())

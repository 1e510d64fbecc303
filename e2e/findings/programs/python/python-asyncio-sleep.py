"""A coroutine sleeps, and the event loop with it."""

import asyncio
import time

from support.load import SECONDS, compute, has_problem


async def retry():
    compute(40)
    if has_problem:
        time.sleep(0.02)
    else:
        await asyncio.sleep(0.02)


async def main():
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        await asyncio.gather(retry(), retry(), retry())


asyncio.run(main())

"""An event loop is made for each call."""

import asyncio

from support.load import compute, has_problem, repeat

loop = asyncio.new_event_loop()


async def price():
    await asyncio.sleep(0)
    compute(1)


repeat((lambda: asyncio.run(price())) if has_problem else (lambda: loop.run_until_complete(price())))

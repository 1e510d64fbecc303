"""A coroutine asks again and again whether another one is done."""

import asyncio
import time

from support.load import SECONDS, compute, has_problem


async def work():
    await asyncio.sleep(0.02)
    compute(25)


async def main():
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        task = asyncio.create_task(work())
        if has_problem:
            while not task.done():
                await asyncio.sleep(0)
        else:
            await task


asyncio.run(main())

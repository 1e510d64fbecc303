"""A worker asks a queue again and again whether something is in it."""

import queue
import threading
import time

from support.load import has_problem, repeat

tasks = queue.Queue()


def produce():
    while True:
        time.sleep(0.01)
        tasks.put(3000)


def polled():
    while True:
        try:
            return sum(range(tasks.get_nowait()))
        except queue.Empty:
            pass


threading.Thread(target=produce, daemon=True).start()
repeat(polled if has_problem else lambda: sum(range(tasks.get())), besides_ms=10)

"""A thread is started for each task."""

import queue
import threading

from support.load import has_problem, repeat

tasks = queue.Queue()
done = queue.Queue()


def price(number):
    done.put(sum(range(number)))


def serve():
    while True:
        price(tasks.get())


def started_for_each():
    thread = threading.Thread(target=price, args=(2000,))
    thread.start()
    thread.join()
    return done.get()


def handed_to_one():
    tasks.put(2000)
    return done.get()


threading.Thread(target=serve, daemon=True).start()
repeat(started_for_each if has_problem else handed_to_one, besides_ms=1.5)

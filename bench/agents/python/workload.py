"""A program whose truth is known: functions of very different kinds, called at random, each timed by the thread's own CPU clock.

`digest` lets go of the interpreter's lock while it computes, which is what samplers that need the lock are fooled by.
"""

import hashlib
import json
import random
import re
import threading
import time
import zlib

DATA = bytes(range(256)) * 400
RECORDS = [{"name": f"n{at}", "values": list(range(10))} for at in range(20)]
TEXT = json.dumps(RECORDS)
PATTERN = re.compile(r'"name": "n(\d+)"')


def arithmetic():
    total = 0
    for number in range(6000):
        total += number * number % 7
    return total


def digest():
    for _ in range(4):
        hashlib.sha256(DATA).digest()


def parse():
    for _ in range(4):
        json.loads(TEXT)


def match():
    for _ in range(8):
        PATTERN.findall(TEXT)


def allocate():
    return [{"at": at, "pair": (at, at)} for at in range(1200)]


def order():
    return sorted(((at * 7919) % 1009 for at in range(1500)), key=lambda value: -value)


def join():
    return ",".join(str(at) for at in range(2500))


def checksum():
    return zlib.crc32(DATA)


FUNCTIONS = (arithmetic, digest, parse, match, allocate, order, join, checksum)


class Worker(threading.Thread):
    """Calls functions at random. `truth` is CPU time by function, `units` the number of calls."""

    def __init__(self, seed):
        super().__init__(daemon=True)
        self.pick = random.Random(seed)
        self.truth = dict.fromkeys((function.__name__ for function in FUNCTIONS), 0)
        self.units = 0
        self.is_over = False

    def run(self):
        while not self.is_over:
            function = self.pick.choice(FUNCTIONS)
            before = time.thread_time_ns()
            function()
            self.truth[function.__name__] += time.thread_time_ns() - before
            self.units += 1


def idle(end):
    end.wait()


def start(workers, idlers=20):
    """@returns (workers, what ends them and the idle threads)"""
    end = threading.Event()
    for _ in range(idlers):
        threading.Thread(target=idle, args=(end,), daemon=True).start()
    busy = [Worker(seed) for seed in range(workers)]
    for worker in busy:
        worker.start()

    def stop():
        for worker in busy:
            worker.is_over = True
        for worker in busy:
            worker.join()
        end.set()

    return busy, stop


def true_shares(workers):
    """Function → share of CPU time."""
    sums = {}
    for worker in workers:
        for name, spent in worker.truth.items():
            sums[name] = sums.get(name, 0) + spent
    total = sum(sums.values())
    return {name: spent / total for name, spent in sums.items()}


def sampled_shares(profiles):
    """Function → share of the samples below a worker's `run`; and how many those were."""
    counts = dict.fromkeys((function.__name__ for function in FUNCTIONS), 0)
    for profile in profiles:
        stack = [(profile["callgraph"], None)]
        while stack:
            node, function = stack.pop()
            if function is not None:
                counts[function] += sum(node.get("counts", {}).values())
            for name, child in node.get("children", {}).items():
                last = name.rpartition(":")[2]
                below = function or (
                    last if last in counts and name.startswith("workload:") else None
                )
                stack.append((child, below))
    total = sum(counts.values())
    return {
        name: count / total if total else 0.0 for name, count in counts.items()
    }, total

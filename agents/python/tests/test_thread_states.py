"""What a thread does is told right: computing, waiting, blocked by a lock, idle."""

import concurrent.futures
import hashlib
import queue
import socket
import sys
import threading
import time

import pytest

from wick_agent.call_tree import BLOCKED, IDLE, RUNNABLE, STATES, WAITING
from wick_agent.sampler import Sampler
from wick_agent.thread_states import cpu_clock

pytestmark = pytest.mark.skipif(cpu_clock() is None, reason='threads have no CPU clock here')


class Stage:
    """Threads that do one thing until the end."""

    def __init__(self):
        self.is_over = False
        self.threads = {}

    def add(self, work, expected):
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self.threads[thread.ident] = expected

    def states(self, ticks=30, pause=0.02):
        """State → counts of what was said, for each thread's expected state; after a second, in which it gets to know them."""
        sampler = Sampler()
        sampler.excluded = {ident for ident in sys._current_frames() if ident not in self.threads}
        found = {expected: [0] * len(STATES) for expected in set(self.threads.values())}
        known_from = time.monotonic() + 1.2
        while ticks > 0:
            time.sleep(pause)
            sampler.tick()
            if time.monotonic() < known_from:
                continue
            ticks -= 1
            for ident, thread in sampler._threads.items():
                found[self.threads[ident]][thread.state] += 1
        sampler.pause()
        return found


@pytest.fixture
def stage():
    built = Stage()
    yield built
    built.is_over = True


def test_each_kind_of_thread_is_told_apart(stage):
    lock = threading.Lock()
    lock.acquire()
    never = threading.Event()
    empty = queue.Queue()
    simple = queue.SimpleQueue()
    ours, theirs = socket.socketpair()
    semaphore = threading.Semaphore(0)

    def compute():
        total = 0
        while not stage.is_over:
            for number in range(2000):
                total += number

    def digest():
        data = b'x' * 200_000
        while not stage.is_over:
            hashlib.sha256(data).digest()

    def take():
        with lock:
            pass

    stage.add(compute, RUNNABLE)
    stage.add(digest, RUNNABLE)
    for work in (lambda: time.sleep(60), never.wait, lambda: empty.get(block=True), simple.get, lambda: ours.recv(1)):
        stage.add(work, WAITING)
    for work in (take, lambda: lock.acquire(), lambda: semaphore.acquire()):
        stage.add(work, BLOCKED)
    pool = concurrent.futures.ThreadPoolExecutor(1)
    pool.submit(int).result()
    (worker,) = pool._threads
    stage.threads[worker.ident] = IDLE
    time.sleep(0.1)

    found = stage.states()
    right = sum(counts[expected] for expected, counts in found.items())
    said = sum(sum(counts) for counts in found.values())
    assert right >= 0.98 * said, {STATES[state]: counts for state, counts in found.items()}
    theirs.close()


def test_a_thread_that_wakes_often_and_does_little_is_waiting(stage):
    def nap():
        while not stage.is_over:
            time.sleep(0.002)

    def chatter():
        while not stage.is_over:
            ours.send(b'x')
            theirs.recv(1)
            never.wait(0.003)

    never = threading.Event()
    ours, theirs = socket.socketpair()
    stage.add(nap, WAITING)
    stage.add(chatter, WAITING)
    counts = stage.states(ticks=60)[WAITING]
    assert counts[WAITING] >= 0.9 * sum(counts), counts


def test_a_program_that_holds_the_interpreter_for_long_is_running(stage):
    def sort():
        while not stage.is_over:
            sorted(range(300_000), key=lambda number: -number)

    stage.add(sort, RUNNABLE)
    counts = stage.states()[RUNNABLE]
    assert counts[RUNNABLE] >= 0.95 * sum(counts), counts

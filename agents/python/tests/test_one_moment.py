"""A sample is of one moment, although a thread may get the interpreter's lock in the middle of a tick and run on."""

import asyncio
import itertools
import os
import select
import sys
import threading

import pytest
from conftest import until
from test_sampler import Parked, ticks_of

import wick_agent.sampler
from wick_agent import native
from wick_agent.sampler import Sampler

TELLS_TASKS = sys.version_info < (3, 14)


class TwoTasks:
    """A thread in the first of two tasks, which waits for a lock, until it runs on to the second, which waits for a file."""

    def __init__(self):
        self.lock = native.allocate_lock()
        self.lock.acquire()
        self.read_end, self.write_end = os.pipe()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.main()), daemon=True)
        self.thread.start()
        until('the first task waits', lambda: self.is_at('first'))

    async def main(self):
        await asyncio.gather(*(asyncio.create_task(work(self), name=work.__name__) for work in (first, second)))

    def is_at(self, function):
        frame = sys._current_frames().get(self.thread.ident)
        return frame is not None and (frame.f_code.co_name, frame.f_lineno) == (function, LINES[function])

    def run_on(self):
        self.lock.release()
        until('the second task waits', lambda: self.is_at('second'))

    def close(self):
        if self.is_at('first'):
            self.lock.release()
        os.write(self.write_end, b'x')
        self.thread.join()
        os.close(self.read_end)
        os.close(self.write_end)


async def first(tasks):
    tasks.lock.acquire()
    await asyncio.sleep(0)


async def second(tasks):
    select.select([tasks.read_end], [], [])


LINES = {work.__name__: work.__code__.co_firstlineno + 1 for work in (first, second)}
STATES = {'first': 'BLOCKED', 'second': 'WAITING'}


def once_after(monkeypatch, owner, name, then):
    """Lets `owner.name` be followed by `then` the first time it is called."""
    function, left = getattr(owner, name), [then]

    def call(*arguments):
        found = function(*arguments)
        while left:
            left.pop()()
        return found

    monkeypatch.setattr(owner, name, call)


@pytest.mark.parametrize('is_known', [False, True])
@pytest.mark.parametrize('when', ['before its stack is read', 'while its stack is read', 'during the walk'])
def test_a_thread_that_runs_on_during_a_tick_is_in_one_place(when, is_known, monkeypatch):
    sampler = Sampler(names_tasks=True)
    if not sampler.has_thread_clocks:
        pytest.skip('threads have no CPU clock here: the switch interval stays as it is, and no thread runs on')
    tasks = TwoTasks()
    try:
        sampler.excluded = {ident for ident in sys._current_frames() if ident != tasks.thread.ident}
        if is_known:
            sampler.tick()
            sampler._forget_nodes()
        sampler.switch_interval.adapt(1)
        owner, name = {
            'before its stack is read': (sampler, '_cpu_ns'),
            'while its stack is read': (wick_agent.sampler, 'task_frame'),
            'during the walk': (sampler, '_variant'),
        }[when]
        once_after(monkeypatch, owner, name, tasks.run_on)
        sampler.tick()
    finally:
        tasks.close()
    sampled = ticks_of(sampler.tree)
    assert sum(ticks for _, _, ticks in sampled) == 1 + is_known
    functions = [path[-1].rpartition(':')[2] for path, _, _ in sampled]
    for function, (path, state, _) in zip(functions, sampled):
        assert path[0] == 'threading:Thread:_bootstrap'
        # It gives up `self` at its end.
        assert 'asyncio.events:Handle:_run' in path
        assert state == STATES[function]
        tasks_named = [frame for frame in path if frame.startswith('<task ')]
        assert tasks_named == ([f'<task {function}>'] if TELLS_TASKS else [])
    assert lines_of_leaves(sampler.tree.root) == {LINES[function] for function in functions}


@pytest.mark.parametrize('count', [5, 60])
def test_a_tick_asks_for_few_frames_beyond_its_own_and_the_system_once_for_each_thread(count, monkeypatch):
    clock = itertools.count(1)
    asked = []
    with Parked(count) as parked:
        sampler = parked.sampler()
        sampler.switch_interval.adapt(1)
        # They run on at each look.
        monkeypatch.setattr(sampler, '_cpu_ns', lambda _: next(clock))
        monkeypatch.setattr(wick_agent.sampler, 'is_queued', lambda native_id: asked.append(native_id))
        judged = sampler._states.judged

        def doubtful(*arguments):
            state = judged(*arguments)
            sampler._states.is_doubtful = True
            return state

        monkeypatch.setattr(sampler._states, 'judged', doubtful)
        current_frames = sys._current_frames
        made = []

        def counted():
            frames = current_frames()
            made.append(len(frames))
            return frames

        monkeypatch.setattr(sys, '_current_frames', counted)
        sampler.tick()
    every, *fresh = made
    assert len(fresh) == min(4 * count, 2_000 // every)
    assert sum(fresh) <= 2_000
    assert sorted(asked) == sorted(set(asked)) and len(asked) == count
    assert sum(ticks for _, _, ticks in ticks_of(sampler.tree)) == count


def lines_of_leaves(node):
    """Those of all that have ticks."""
    found = {line for line, _ in node.ticks or {}}
    return found.union(*(lines_of_leaves(child) for child in node.branches()))

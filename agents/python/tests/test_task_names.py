"""Names of asyncio's tasks are frames where somebody asks for them, and nowhere else."""

import asyncio
import sys
import threading
import time

import pytest
from conftest import agent_environment, nodes_of, run

from wick_agent import native
from wick_agent.sampler import Sampler
from wick_agent.settings import Settings
from wick_agent.task_names import task_frame

tells = pytest.mark.skipif(sys.version_info >= (3, 14), reason='from 3.14 on asyncio does not tell other threads')

PROGRAM = """
import asyncio, time
async def work():
    end = time.monotonic() + 3
    while time.monotonic() < end:
        sum(range(30000))
        await asyncio.sleep(0)
async def main():
    named = [asyncio.create_task(work(), name=name) for name in ('import', 'export')]
    await asyncio.gather(work(), *named)
asyncio.run(main())
"""


def posted(scripted_server, write_program, **environment):
    """The paths of the one profile."""
    ended = run(['-m', 'wick_agent', write_program(PROGRAM)], agent_environment(scripted_server.url, **environment))
    assert ended.returncode == 0, ended.stderr
    (request,) = scripted_server.profiles
    return [path for path, _ in nodes_of(request.json)]


@tells
@pytest.mark.slow
def test_the_work_of_each_task_is_below_its_name(scripted_server, write_program):
    paths = posted(scripted_server, write_program, WICK_TASK_NAMES='true', AWS_CODEGURU_PROFILER_SAMPLING_INTERVAL_MS='20')
    step = 'asyncio.events:Handle:_run'
    for name in ('<task import>', '<task export>'):
        assert any(path[-1] == 'program:work' and path[path.index(step) - 1] == name for path in paths if step in path)
    # The third task is called Task-2 or the like, as the next one would be Task-3: its work is where it always was.
    unnamed = [path for path in paths if path[-1:] == ('program:work',) and not any('<task' in frame for frame in path)]
    assert unnamed
    assert not any('Task-' in frame for path in paths for frame in path)


@pytest.mark.slow
def test_nobody_is_named_who_did_not_ask_for_it(scripted_server, write_program):
    assert not any('<task' in frame for path in posted(scripted_server, write_program) for frame in path)
    assert Settings('group', environment={}).task_names is False


@tells
def test_loops_and_tasks_of_any_kind_do_no_harm(monkeypatch):
    class Task:
        def __init__(self, name):
            self._name = name

        def get_name(self):
            if isinstance(self._name, Exception):
                raise self._name
            return self._name

    class Loop:
        _thread_id = 7

    for name, frame in (('x' * 500, f'<task {"x" * 100}>'), (KeyError('no'), None), (5, None), ('Task-12', None)):
        monkeypatch.setattr(asyncio.tasks, '_current_tasks', {Loop(): Task(name)})
        assert task_frame(7) == frame
        assert task_frame(8) is None
    # As uvloop's, which say nothing of their thread.
    for running in ({object(): Task('a')}, None, 3):
        monkeypatch.setattr(asyncio.tasks, '_current_tasks', running)
        assert task_frame(7) is None


@tells
@pytest.mark.slow
def test_a_name_costs_less_than_a_twentieth_of_a_sample():
    """Of the cheapest: one thread beside idle ones of a pool, all of whose stacks but one are known already."""
    is_over = []

    async def work():
        while not is_over:
            sum(range(500))
            await asyncio.sleep(0)

    async def main():
        await asyncio.gather(*(asyncio.create_task(work(), name=f'worker {at}') for at in range(4)))

    loop = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    loop.start()
    sampler = Sampler(names_tasks=True)
    sampler.excluded.add(native.get_ident())
    ticks, names = [], []
    for _ in range(300):
        time.sleep(0.002)
        began = time.thread_time_ns()
        sampler.tick()
        between = time.thread_time_ns()
        for _ in range(10):
            task_frame(loop.ident)
        ticks.append(between - began)
        names.append((time.thread_time_ns() - between) / 10)
    sampler.pause()
    is_over.append(True)
    loop.join()
    assert sorted(names)[150] < sorted(ticks)[150] / 20, (sorted(names)[150], sorted(ticks)[150])

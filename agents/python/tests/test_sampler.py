"""A tick: whose stack, how deep, how many threads, and what it may not do."""

import gc
import random
import socket
import sys
import threading
import time
import weakref

import pytest
from conftest import until

from wick_agent import native
from wick_agent.call_tree import STATES, TRUNCATED
from wick_agent.encode import _named_tree
from wick_agent.frame_names import FrameNames
from wick_agent.sampler import Sampler
from wick_agent.source_lines import SourceLines


def ticks_of(tree):
    """(path of names, ticks by state)"""
    found = []
    stack = [((), tree.root)]
    names = FrameNames()
    while stack:
        path, node = stack.pop()
        for (_, state), ticks in (node.ticks or {}).items():
            found.append((path, STATES[state], ticks))
        stack.extend(((*path, names.name(child)), child) for child in node.branches())
    return found


class Parked:
    """Threads that wait at the end of a chain of calls."""

    def __init__(self, count, depth=0):
        self.end = threading.Event()
        self.ready = threading.Semaphore(0)
        self.threads = [threading.Thread(target=self.dive, args=(depth,), daemon=True) for _ in range(count)]
        for thread in self.threads:
            thread.start()
        for _ in self.threads:
            self.ready.acquire()

    def dive(self, depth):
        if depth:
            return self.dive(depth - 1)
        self.ready.release()
        self.end.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end.set()
        for thread in self.threads:
            thread.join()

    def sampler(self, **options):
        sampler = Sampler(**options)
        mine = {thread.ident for thread in self.threads}
        sampler.excluded = {ident for ident in sys._current_frames() if ident not in mine}
        return sampler


def test_every_thread_counts_once_a_tick():
    with Parked(5) as parked:
        sampler = parked.sampler()
        for _ in range(4):
            sampler.tick()
        assert sum(ticks for _, _, ticks in ticks_of(sampler.tree)) == 20
        assert (sampler.tree.ticks, sampler.tree.threads_seen) == (4, 20)


def test_above_the_limit_some_threads_are_visited_and_weigh_for_all():
    with Parked(30) as parked:
        sampler = parked.sampler(max_threads=10)
        for _ in range(10):
            sampler.tick()
        tree = sampler.tree
        assert (tree.threads_seen, tree.threads_visited) == (300, 100)
        assert sum(ticks for _, _, ticks in ticks_of(tree)) == pytest.approx(300)
        # A subset at random: in ten ticks nearly all have been visited.
        assert len(sampler._threads) > 20


class Clocks:
    """Of the machine and of its threads, which all use the same share of a core; None where they have no clocks."""

    def __init__(self, monkeypatch, sampler, cpu_share):
        self.now_ns = 1_000_000_000
        monkeypatch.setattr(native, 'monotonic_ns', lambda: self.now_ns)
        if cpu_share is not None:
            monkeypatch.setattr(sampler, '_cpu_ns', lambda native_id: int(self.now_ns * cpu_share))

    def tick(self, sampler, times):
        for _ in range(times):
            self.now_ns += 100_000_000
            sampler.tick()


class Receiving(Parked):
    """Threads that wait for a peer."""

    def dive(self, _):
        mine, peer = socket.socketpair()
        with mine, peer:
            self.peers.append(peer)
            self.ready.release()
            mine.recv(1)

    def __init__(self, count):
        self.peers = []
        super().__init__(count)

    def __exit__(self, *_):
        for peer in self.peers:
            peer.send(b'x')
        super().__exit__()

    def sampler(self, **options):
        sampler = super().sampler(**options)
        mine = {thread.ident for thread in self.threads}
        call_of = sampler._states._call_of
        until('all wait', lambda: all(call_of(sys._current_frames()[ident]) == 'wait' for ident in mine))
        return sampler


def test_above_the_limit_too_a_thread_that_waits_and_uses_little_cpu_waits(monkeypatch):
    with Receiving(40) as receiving:
        sampler = receiving.sampler(max_threads=4)
        Clocks(monkeypatch, sampler, cpu_share=0.2).tick(sampler, 200)
        assert {state for _, state, _ in ticks_of(sampler.tree)} == {'WAITING'}


def test_above_the_limit_too_a_thread_is_busy_by_the_time_since_it_was_looked_at(monkeypatch):
    with Receiving(40) as receiving:
        sampler = receiving.sampler(max_threads=1)
        clocks = Clocks(monkeypatch, sampler, cpu_share=0.05)
        busy = []
        for _ in range(20):
            clocks.tick(sampler, 10)
            busy.append(sampler.busy_threads)
        assert busy == [0] * 20


def test_a_deep_stack_keeps_its_bottom_and_says_that_it_was_cut():
    with Parked(1, depth=100) as parked:
        sampler = parked.sampler(max_stack_depth=20)
        sampler.tick()
        ((path, _, _),) = ticks_of(sampler.tree)
        assert len(path) == 20
        assert path[0] == 'threading:Thread:_bootstrap'
        assert path[-1] == TRUNCATED


def test_a_thread_that_stands_still_is_not_walked_again(monkeypatch):
    with Parked(3) as parked:
        sampler = parked.sampler()
        if not sampler.has_thread_clocks:
            pytest.skip('threads have no CPU clock here')
        time.sleep(0.05)
        sampler.tick()
        sampler.tick()
        monkeypatch.setattr(sampler, '_walk', lambda *_: pytest.fail('walked'))
        for _ in range(5):
            sampler.tick()


def test_a_thread_that_stands_still_in_the_agents_frames_does_not_count_where_it_was_before(monkeypatch):
    with Parked(1) as parked:
        sampler = parked.sampler()
        cpu_ns = 1
        monkeypatch.setattr(sampler, '_cpu_ns', lambda _: cpu_ns)
        sampler.tick()
        top = threading.Condition.wait.__code__
        until('the thread waits', lambda: sys._current_frames()[parked.threads[0].ident].f_code is top)
        # As if it had returned to them.
        sampler.barriers.add(id(top))
        cpu_ns = 2
        for _ in range(3):
            sampler.tick()
        assert sum(ticks for _, _, ticks in ticks_of(sampler.tree)) == 1


def test_a_new_tree_begins_with_a_walk():
    with Parked(2) as parked:
        sampler = parked.sampler()
        sampler.tick()
        first = sampler.rotate()
        sampler.tick()
        assert sorted(ticks_of(first)) == sorted(ticks_of(sampler.tree))


def test_a_full_tree_is_folded_and_goes_on():
    with Parked(20, depth=3) as parked:
        sampler = parked.sampler(max_bytes=1)
        for thread in parked.threads:
            thread.name = 'x'
        for at in range(200):
            sampler.tree.child(sampler.tree.root, f'f{at}').add_tick(1, 0, 1)
        sampler.tick()
        sampler.tick()
        assert sampler.tree.folded_nodes > 0
        assert sum(ticks for _, _, ticks in ticks_of(sampler.tree)) == 240


def test_what_the_program_let_go_of_is_not_kept_alive():
    class Thing:
        def method(self, ready, end):
            big = Thing()
            references.append(weakref.ref(big))
            ready.set()
            end.wait()
            del big
            dropped.set()
            last.wait()

    references = []
    ready, end, dropped, last = (threading.Event() for _ in range(4))
    thread = threading.Thread(target=Thing().method, args=(ready, end), daemon=True)
    thread.start()
    ready.wait()
    sampler = Sampler()
    for _ in range(3):
        sampler.tick()
        sampler.rotate()
    end.set()
    dropped.wait()
    gc.collect()
    assert references[0]() is None
    last.set()
    thread.join()


def test_locals_that_the_program_holds_itself_are_left_as_they_are():
    class Thing:
        def method(self, ready, end):
            mine = locals()
            mine['extra'] = 1
            ready.set()
            end.wait()
            kept.update(mine)

    kept = {}
    ready, end = threading.Event(), threading.Event()
    thread = threading.Thread(target=Thing().method, args=(ready, end), daemon=True)
    thread.start()
    ready.wait()
    Sampler().tick()
    end.set()
    thread.join()
    assert kept['extra'] == 1
    assert kept['ready'] is ready


def test_look_alikes_from_different_files_are_different_frames():
    def build(name):
        scope = {}
        exec(compile('def same(end, ready):\n    ready.release()\n    end.wait()\n', f'/app/{name}.py', 'exec'), scope)
        return scope['same']

    end, ready = threading.Event(), threading.Semaphore(0)
    threads = [threading.Thread(target=build(name), args=(end, ready), daemon=True) for name in ('one', 'two')]
    for thread in threads:
        thread.start()
        ready.acquire()
    sampler = Sampler()
    sampler.tick()
    root, _ = _named_tree(sampler.tree, FrameNames([*sys.path, '/app']), SourceLines(), 1)
    below = root.children['threading:Thread:_bootstrap'].children['threading:Thread:_bootstrap_inner'].children
    assert {'one:same', 'two:same'} <= set(below['threading:Thread:run'].children)
    end.set()


def test_a_failing_clock_or_thread_that_ends_does_no_harm():
    sampler = Sampler()
    for _ in range(30):
        threads = [threading.Thread(target=time.sleep, args=(random.random() / 500,)) for _ in range(5)]
        for thread in threads:
            thread.start()
        sampler.tick()
        for thread in threads:
            thread.join()
    assert sampler.tree.ticks == 30


def test_a_look_that_failed_is_made_good_by_the_next_one(monkeypatch):
    """The thread's clock stands still by then, as if its stack were the one of the look before."""
    sampler = Sampler()
    clocks = Clocks(monkeypatch, sampler, cpu_share=1)
    with Parked(1):
        clocks.tick(sampler, 1)
        rightly = sampler._walk

        def fail(*_):
            raise KeyError('broken')

        sampler._walk = fail
        with pytest.raises(KeyError):
            clocks.tick(sampler, 1)
        sampler._walk = rightly
        failed = [known for known in sampler._threads.values() if known.cpu_at_ns == clocks.now_ns]
        assert failed and all(known.node is None for known in failed)


class Looks:
    """A method that looks at its own variables, or whose caller left a name among them; and what it sees."""

    def __init__(self):
        self.ready, self.end = threading.Event(), threading.Event()
        self.seen = None

    def with_locals(self):
        before = locals()
        later = 1
        self.ready.set()
        self.end.wait()
        self.seen = set(before) == {'self'} and later

    def left_a_name(self):
        leave_a_name(sys._getframe())
        self.ready.set()
        self.end.wait()
        self.seen = sys._getframe().f_locals.get('left')


def leave_a_name(frame):
    frame.f_locals['left'] = 1


@pytest.mark.parametrize('method', ['with_locals', 'left_a_name'])
def test_what_a_program_sees_of_its_variables_does_not_change(method):
    looks = Looks()
    thread = threading.Thread(target=getattr(looks, method), daemon=True)
    thread.start()
    looks.ready.wait()
    Sampler().tick()
    looks.end.set()
    thread.join()
    assert looks.seen == 1


def test_no_code_of_a_metaclass_runs_in_the_sampler():
    asked = []

    class Meta(type):
        @property
        def __name__(cls):
            asked.append(threading.get_ident())
            return 7

    class Worker(Parked, metaclass=Meta):
        pass

    with Worker(1):
        sampler = Sampler()
        sampler.tick()
        names = {name for path, _, _ in ticks_of(sampler.tree) for name in path}
    assert asked == []
    assert any(name.endswith(':Worker:dive') for name in names)


class GivesUp:
    def __init__(self):
        self.step = threading.Barrier(2)

    def run(self):
        step, own = self.step, self
        self = None
        step.wait()
        self = own
        step.wait()


def test_the_class_of_a_method_that_gave_up_self_is_looked_for_again():
    given_up = GivesUp()
    thread = threading.Thread(target=given_up.run, daemon=True)
    thread.start()
    sampler = Sampler()
    for _ in range(2):
        until('the thread waits', lambda: given_up.step.n_waiting == 1)
        sampler.tick()
        given_up.step.wait()
    thread.join()
    names = {name for path, _, _ in ticks_of(sampler.tree) for name in path if name.endswith(':run') and 'test_sampler' in name}
    assert {name.partition(':')[2] for name in names} == {'run', 'GivesUp:run'}


def test_the_switch_interval_is_short_with_one_busy_thread_and_usual_afterwards():
    usual = sys.getswitchinterval()
    sampler = Sampler()
    sampler.switch_interval.adapt(1)
    assert sys.getswitchinterval() == pytest.approx(0.00002)
    assert sampler.switch_interval.adapt(3) is True
    assert sys.getswitchinterval() == pytest.approx(usual)
    sampler.switch_interval.adapt(0)
    sampler.pause()
    assert sys.getswitchinterval() == pytest.approx(usual)


@pytest.mark.parametrize(('cores', 'is_biased'), [(0.02, False), (2, True)])
def test_without_clocks_of_threads_the_interval_is_left_alone_and_who_computes_is_biased(cores, is_biased, monkeypatch):
    usual = sys.getswitchinterval()
    monkeypatch.setattr('wick_agent.sampler.cpu_clock', lambda: None)
    sampler = Sampler()
    clocks = Clocks(monkeypatch, sampler, cpu_share=None)
    monkeypatch.setattr(time, 'process_time_ns', lambda: int(clocks.now_ns * cores))
    clocks.tick(sampler, 30)
    assert sys.getswitchinterval() == usual
    assert sampler.is_biased is is_biased


@pytest.mark.parametrize('asked', ['adapt', 'restore'])
def test_our_interval_that_the_program_saved_and_put_back_is_ours_again(asked):
    usual = sys.getswitchinterval()
    try:
        interval = Sampler().switch_interval
        interval.adapt(1)
        saved = sys.getswitchinterval()
        sys.setswitchinterval(0.003)
        interval.adapt(1)
        sys.setswitchinterval(saved)
        if asked == 'adapt':
            interval.adapt(3)
        else:
            interval.restore()
        assert sys.getswitchinterval() == pytest.approx(usual)
    finally:
        sys.setswitchinterval(usual)


def test_an_interval_that_the_program_sets_is_its_own_from_then_on():
    usual = sys.getswitchinterval()
    try:
        sampler = Sampler()
        sampler.switch_interval.adapt(1)
        sys.setswitchinterval(0.003)
        sampler.switch_interval.adapt(1)
        sampler.switch_interval.adapt(0)
        sampler.pause()
        assert sys.getswitchinterval() == pytest.approx(0.003)
    finally:
        sys.setswitchinterval(usual)

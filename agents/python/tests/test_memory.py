"""What a node is estimated to take is not less than what it takes."""

import sys
import threading
import tracemalloc

from wick_agent.call_tree import BYTES_PER_NODE, RUNNABLE, CallTree
from wick_agent.outbox import Outbox
from wick_agent.sampler import Sampler


def test_the_estimate_of_a_node_covers_it():
    codes = [compile(f'def f{at}(): pass', 'module.py', 'exec').co_consts[0] for at in range(100)]
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tree = CallTree()
        for path in range(5000):
            node = tree.root
            for at in range(path % 40 + 1):
                key = codes[(path * 31 + at * 7) % 100]
                node = node.children.get(id(key)) or tree.child(node, key)
                node.saw_line(at + 1)
            node.add_tick(path, RUNNABLE, 1)
            node.add_tick(path + 1, RUNNABLE, 1)
        used = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert tree.node_count > 1000
    assert used / tree.node_count < BYTES_PER_NODE


def test_a_tree_never_holds_more_nodes_than_its_ten_megabytes():
    assert CallTree().max_nodes * BYTES_PER_NODE <= 10 * 1024 * 1024
    assert sum(len(body) for _, body in filled(Outbox())._profiles) <= 5 * 1024 * 1024


def filled(outbox):
    for _ in range(20):
        outbox.add(b'x' * 600_000)
    return outbox


def test_threads_that_have_ended_are_forgotten():
    sampler = Sampler()
    # Threads of other tests may still be here.
    sampler.excluded = set(sys._current_frames())
    for _ in range(5):
        end = threading.Event()
        threads = [threading.Thread(target=end.wait) for _ in range(20)]
        for thread in threads:
            thread.start()
        sampler.tick()
        end.set()
        for thread in threads:
            thread.join()
    for _ in range(601):
        sampler.tick()
    sampler._looked_ns = 0
    sampler.tick()
    assert sampler._threads == {}
    sampler.pause()

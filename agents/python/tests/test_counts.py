"""Conversion into units of the configured interval keeps totals, of the whole tree and of each part of it."""

import random

import pytest

from wick_agent.call_tree import RUNNABLE, CallTree
from wick_agent.counts import in_whole_units
from wick_agent.encode import _named_tree
from wick_agent.frame_names import FrameNames
from wick_agent.source_lines import SourceLines


def test_the_sum_is_the_rounded_sum_and_each_is_its_share_rounded_down_or_up():
    for _ in range(300):
        weights = [random.choice([0, 1, 2, 3, 10, 0.5, 1.7]) for _ in range(random.randint(1, 40))] + [1]
        scale = random.uniform(0.01, 3)
        counts = in_whole_units(weights, scale)
        total = max(1, round(sum(weights) * scale))
        assert sum(counts) == total
        for count, weight in zip(counts, weights):
            assert abs(count - weight / sum(weights) * total) < 1 + 1e-9


@pytest.mark.parametrize('lot', [0, 0.3, 0.999999999])
def test_the_sum_does_not_depend_on_the_lot(lot):
    for weights in ([1] * 10, [0.1] * 1000, [3, 0, 0], [0, 0, 3]):
        assert sum(in_whole_units(weights, 0.37, lot)) == max(1, round(sum(weights) * 0.37))


def test_a_sample_is_never_nothing():
    assert in_whole_units([1], 0.01) == [1]
    assert in_whole_units([], 1) == []
    assert in_whole_units([0, 0], 1) == [0, 0]


def test_what_is_spread_over_many_leaves_is_not_lost_to_larger_remainders():
    counts = in_whole_units([1] * 1000 + [5] * 1000, 0.1)
    assert sum(counts) == 600
    assert sum(counts[:1000]) in (100, 101)


def test_any_run_of_neighbours_keeps_its_sum_to_within_one():
    weights = [random.choice([1, 2, 7]) for _ in range(500)]
    counts = in_whole_units(weights, 0.1)
    for _ in range(100):
        start, end = sorted(random.sample(range(501), 2))
        due = sum(weights[start:end]) / sum(weights) * sum(counts)
        assert abs(sum(counts[start:end]) - due) < 1 + 1e-9


def test_over_many_profiles_everybody_gets_what_is_due():
    gained = [0] * 10
    for at in range(1000):
        for leaf, count in enumerate(in_whole_units([1] * 10, 0.1, at / 1000)):
            gained[leaf] += count
    assert gained == pytest.approx([100] * 10, abs=1)


def test_every_subtree_of_a_profile_keeps_its_sum_to_within_one():
    tree = CallTree()
    for at in range(40):
        handler = tree.child(tree.root, f'handler {at}')
        for path in range(30):
            tree.child(tree.child(handler, f'path {path}'), 'leaf').add_tick(1, RUNNABLE, 1)
    root, total = _named_tree(tree, FrameNames([]), SourceLines(), 0.05)
    assert total == 60
    for handler in root.children.values():
        kept = sum(leaf.counts['RUNNABLE'] for path in handler.children.values() for leaf in path.children.values())
        assert kept in (1, 2)  # 30 × 0.05 = 1.5

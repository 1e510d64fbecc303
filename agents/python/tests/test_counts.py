"""Conversion into units of the configured interval keeps totals."""

import random

from wick_agent.counts import in_whole_units


def test_the_sum_is_the_rounded_sum():
    for _ in range(300):
        weights = [random.choice([1, 2, 3, 10, 0.5, 1.7]) for _ in range(random.randint(1, 40))]
        scale = random.uniform(0.01, 3)
        counts = in_whole_units(weights, scale)
        assert sum(counts) == max(1, round(sum(weight * scale for weight in weights)))
        assert all(abs(count - weight * scale) <= 1 or sum(counts) == 1 for count, weight in zip(counts, weights))


def test_the_largest_remainders_are_rounded_up():
    assert in_whole_units([14, 13, 23], 0.1) == [2, 1, 2]


def test_a_sample_is_never_nothing():
    assert in_whole_units([1], 0.01) == [1]
    assert in_whole_units([], 1) == []
    assert in_whole_units([0, 0], 1) == [0, 0]


def test_equal_leaves_are_served_at_random():
    gained = [0] * 10
    for _ in range(300):
        for at, count in enumerate(in_whole_units([1] * 10, 0.1)):
            gained[at] += count
    assert min(gained) > 5

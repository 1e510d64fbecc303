"""From the agent's own ticks to counts in units of the configured sampling interval.

One count is one thread during one interval, whoever sampled how often, so that hosts weigh alike and profiles of both
vendors' agents add up.
"""

import math
import random


def in_whole_units(weights, scale, lot=None):
    """Whole numbers that stand to each other as `weights`, with the sum of `weights × scale`, rounded, and at least 1.

    Each is its share rounded down or up. Running sums are rounded, not single shares: with weights in the order of a walk
    through a tree every subtree keeps its sum to within one count, and a function that is spread over a thousand paths is
    not lost, as it would be where the largest remainders win.

    @param lot: the point to round at, from 0 up to 1: drawn, so that over many profiles everybody gets exactly what is due
    """
    lot = random.random() if lot is None else lot
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    total = max(1, round(whole * scale))
    counts = []
    running = given = 0
    for weight in weights:
        running += weight
        # At the end the running sum is the sum, whatever the lot.
        until = total if running >= whole else min(total, math.floor(running / whole * total + lot))
        counts.append(until - given)
        given = until
    return counts

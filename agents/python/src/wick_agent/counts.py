"""From the agent's own ticks to counts in units of the configured sampling interval.

One count is one thread during one interval, whoever sampled how often, so that hosts weigh alike and profiles of both
vendors' agents add up.
"""

import itertools
import math

from .chance import chance


def in_whole_units(weights, scale, lot=None):
    """Whole numbers that stand to each other as `weights`, with the sum of `weights × scale`, rounded, and at least 1.

    Each is its share rounded down or up. Running sums are rounded, not single shares: with weights in the order of a walk
    through a tree every subtree keeps its sum to within one count, and a function that is spread over a thousand paths is
    not lost, as it would be where the largest remainders win.

    @param lot: the point to round at, from 0 up to 1: drawn, so that over many profiles everybody gets exactly what is due
    """
    lot = chance.random() if lot is None else lot
    running = list(itertools.accumulate(weights))
    whole = running[-1] if running else 0
    if whole <= 0:
        return [0] * len(running)
    total = max(1, round(whole * scale))
    # At the end the running sum is the sum, whatever the lot.
    until = [total if at == whole else min(total, math.floor(at / whole * total + lot)) for at in running]
    return [end - start for start, end in zip([0, *until], until)]

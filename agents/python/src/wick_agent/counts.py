"""From the agent's own ticks to counts in units of the configured sampling interval.

One count is one thread during one interval, whoever sampled how often, so that hosts weigh alike and profiles of both
vendors' agents add up.
"""

import math
import random


def in_whole_units(weights, scale):
    """Whole numbers that stand to each other as `weights`, with the sum of `weights × scale`, rounded, and at least 1.

    Largest remainder: everybody gets the whole part of its share, and what is left goes to those whose share was cut
    most. Equal remainders are served at random, or a tree's first leaves would gain by their place.
    """
    exact = [weight * scale for weight in weights]
    total = sum(exact)
    if total <= 0:
        return [0] * len(exact)
    whole = [math.floor(share) for share in exact]
    missing = max(1, round(total)) - sum(whole)
    order = sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], random.random()))
    for at in order[:missing]:
        whole[at] += 1
    return whole

"""The system is asked for each random number of a simulation."""

import random

from support.load import has_problem, repeat

source = random.SystemRandom() if has_problem else random.Random()

repeat(lambda: [source.random() < 0.3 for _ in range(1000)])

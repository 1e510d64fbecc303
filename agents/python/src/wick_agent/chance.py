"""Random numbers of the agent's own: the generator of `random` is the program's, which may have seeded it and count on what follows."""

import random

# Each agent seeds it anew: after a fork the child would go on with the numbers of its parent.
chance = random.Random()

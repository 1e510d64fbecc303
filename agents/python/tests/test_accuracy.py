"""Shares of functions come out right, also where one of them lets go of the interpreter's lock.

Wide bounds: what is asserted is that samples fall where the time goes, not how exactly. bench/agents/python measures that.
"""

import pathlib
import random
import sys
import time

import pytest
from conftest import ROOT

from wick_agent import native
from wick_agent.encode import encode_profile
from wick_agent.frame_names import FrameNames
from wick_agent.sampler import Sampler
from wick_agent.source_lines import SourceLines

sys.path.insert(0, str(ROOT / 'bench/agents/python'))
workload = pytest.importorskip('workload')

pytestmark = pytest.mark.slow


def sample(seconds, interval=0.01):
    """Samples from a thread as the agent's, until there is enough. @returns the sampler"""
    sampler = Sampler()
    done = native.Wakeup()
    is_over = []

    def loop():
        sampler.excluded.add(native.get_ident())
        native.be_punctual()
        while not is_over:
            native.Wakeup().wait(interval * random.uniform(0.5, 1.5))
            sampler.tick()
        sampler.pause()
        done.wake()

    native.start_thread(loop, ())
    time.sleep(seconds)
    is_over.append(True)
    assert done.wait(30)
    return sampler


def test_a_function_that_lets_go_of_the_lock_gets_its_share_and_no_more():
    import json

    workers, stop = workload.start(1, idlers=5)
    try:
        # The first second is for the switch interval to adapt.
        sampler = sample(8)
    finally:
        stop()
    truth = workload.true_shares(workers)
    body, _ = encode_profile(
        sampler.tree, FrameNames([*sys.path, str(pathlib.Path(workload.__file__).parent)]), SourceLines(), 1, {}, {}
    )
    sampled, n = workload.sampled_shares([json.loads(body)])
    errors = [abs(sampled[name] - share) for name, share in truth.items()]
    assert n >= 200
    assert sum(errors) / len(errors) < 0.06, (truth, sampled)
    # With the usual switch interval it gets 78 of 100 samples.
    assert sampled['digest'] < truth['digest'] + 0.2, (truth, sampled)

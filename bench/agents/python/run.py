"""What the Python agent costs and how right it is, beside AWS's: `python bench/agents/python/run.py [WHAT …]`.

Run it with a Python that has boto3 and codeguru_profiler_agent, and no gevent (e2e/.venv). Prints a line of JSON for each
measurement. By default a short look of three minutes, whose figures say little; FULL=1 takes 40 and is what may be published:

- accuracy until there are 1,500 samples;
- overhead in 100 pairs of slices, agent on and off in random order, from 5 launches; the median with a bootstrap interval
  of 95 %, and the spread of the launches' medians. The agents take turns, launch by launch, and so does a control that
  switches nothing: where the control's interval excludes 0 all of it is void, and says so.

`busy` marks what was measured while more wanted to run than there are processors, or the program had less than half a core.
"""

import json
import os
import random
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
IS_FULL = os.environ.get("FULL") == "1"
SAMPLES, SECONDS = (1500, 300) if IS_FULL else (200, 10)
LAUNCHES, PAIRS = (5, 20) if IS_FULL else (2, 3)
STARTS = 7 if IS_FULL else 3
CONTROL = "nothing"
USUAL = {'SamplingIntervalInMilliseconds': '1000', 'MinimumTimeForReportingInMilliseconds': '1000', 'MaxStackDepth': '1000', 'MemoryUsageLimitPercent': '10'}  # fmt: skip
OFTEN = {
    **USUAL,
    "SamplingIntervalInMilliseconds": "25",
    "MemoryUsageLimitPercent": "99",
}


def accuracy():
    for workers in (1, 2):
        for agent in ("wick", "wick without short intervals", "aws"):
            options = {"workers": workers, "samples": SAMPLES, "seconds": SECONDS}
            say("accuracy", agent, options, measure("accuracy", agent, OFTEN, 10, options))  # fmt: skip


def overhead():
    agents = (CONTROL, "wick", "aws")
    launches = {agent: [] for agent in agents}
    load = 0.0
    for launch in range(LAUNCHES):
        for agent in agents:
            options = {"workers": 1, "pairs": PAIRS, "seed": launch}
            found = measure("overhead", agent, USUAL, 300, options)
            if "error" in found:
                return say("overhead", agent, options, found)
            launches[agent].append(found)
            load = max(load, os.getloadavg()[0])
    intervals = {agent: interval(pooled(found)) for agent, found in launches.items()}
    low, high = intervals[CONTROL]
    for agent, found in launches.items():
        cores = statistics.median(launch["cores"] for launch in found)
        direct = [launch["direct"] for launch in found]
        figures = {
            "median": statistics.median(pooled(found)),
            "interval": intervals[agent],
            "launches": [statistics.median(launch["slowdowns"]) for launch in found],
            "direct": statistics.median(direct),
            "directs": [min(direct), max(direct)],
            "cores": cores,
            "void": not low <= 0 <= high,
        }
        say("overhead", agent, {"workers": 1, "pairs": len(pooled(found))}, figures, load, cores < 0.5)  # fmt: skip


def pooled(launches):
    return [slowdown for launch in launches for slowdown in launch["slowdowns"]]


def interval(slowdowns):
    """Of the median: 95 % of what samples drawn from these have."""
    pick = random.Random(1)
    medians = sorted(
        statistics.median(pick.choices(slowdowns, k=len(slowdowns)))
        for _ in range(2000)
    )
    return [medians[50], medians[1949]]


def states():
    options = {"seconds": 20 if IS_FULL else 5}
    say("states", "wick", options, measure("states", "wick", OFTEN, 10, options))


def memory():
    options = {"seconds": 30 if IS_FULL else 8}
    for agent in (CONTROL, "wick", "aws"):
        say("memory", agent, options, measure("memory", agent, USUAL, 10, options))


def startup():
    for agent in ("wick", "aws"):
        starts = [measure("startup", agent, USUAL, 300, {}) for _ in range(STARTS)]
        wrong = [start for start in starts if "error" in start]
        figures = wrong[0] if wrong else {
            unit: statistics.median(start[unit] for start in starts) for unit in ("wall", "cpu")
        }  # fmt: skip
        say("startup", agent, {"starts": STARTS}, figures)


def tick():
    for threads in (20, 90):
        options = {"threads": threads, "ticks": 2000 if IS_FULL else 300}
        say("tick", "wick", options, measure("tick", "wick", USUAL, 300, options))


PLAN = {
    measured.__name__: measured
    for measured in (accuracy, overhead, states, memory, startup, tick)
}


def measure(what, agent, parameters, period, options):
    configuration = {
        "shouldProfile": True,
        "periodInSeconds": period,
        "agentParameters": parameters,
    }
    receiver = subprocess.Popen(
        [
            sys.executable,
            os.path.join(HERE, "agents.py"),
            "receive",
            json.dumps(configuration),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = f"http://127.0.0.1:{receiver.stdout.readline().strip()}"
        arguments = [f"{key}={value}" for key, value in options.items()]
        ended = subprocess.run(
            [
                sys.executable,
                os.path.join(HERE, "measure.py"),
                what,
                agent,
                url,
                *arguments,
            ],
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                "AWS_EC2_METADATA_DISABLED": "true",
                "NO_PROXY": "127.0.0.1",
            },
        )
        if ended.returncode == 0:
            return json.loads(ended.stdout)
        return {"error": ended.stderr[-400:]}
    finally:
        receiver.kill()
        receiver.wait()


def say(what, agent, options, found, load=None, is_starved=False):
    load = os.getloadavg()[0] if load is None else load
    is_busy = is_starved or load > len(os.sched_getaffinity(0))
    line = {
        "measured": what,
        "agent": agent,
        **options,
        "load": round(load, 1),
        **({"busy": True} if is_busy else {}),
        **({} if IS_FULL else {"short": True}),
        **{name: rounded(figure) for name, figure in found.items()},
    }
    print(json.dumps(line), flush=True)


def rounded(figure):
    if isinstance(figure, float):
        return round(figure, 3)
    return [rounded(one) for one in figure] if isinstance(figure, list) else figure


def main():
    wanted = sys.argv[1:] or list(PLAN)
    for what in wanted:
        PLAN[what]()


if __name__ == "__main__":
    main()

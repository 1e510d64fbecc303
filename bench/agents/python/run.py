"""What the Python agent costs and how right it is, beside AWS's: `python bench/agents/python/run.py [WHAT …]`.

Run it with a Python that has boto3 and codeguru_profiler_agent, and no gevent (e2e/.venv).
PAIRS and SECONDS make it longer; the default takes some ten minutes. Prints a line of JSON for each measurement.
"""

import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = int(os.environ.get("SECONDS", "60"))
PAIRS = int(os.environ.get("PAIRS", "60"))
USUAL = {'SamplingIntervalInMilliseconds': '1000', 'MinimumTimeForReportingInMilliseconds': '1000', 'MaxStackDepth': '1000', 'MemoryUsageLimitPercent': '10'}  # fmt: skip
# Often enough for 1,500 samples of a thread in a minute.
OFTEN = {
    **USUAL,
    "SamplingIntervalInMilliseconds": "25",
    "MemoryUsageLimitPercent": "99",
}

PLAN = {
    "accuracy": [
        (agent, OFTEN, 10, {"workers": workers, "seconds": SECONDS})
        for workers in (1, 2)
        for agent in ("wick", "wick without short intervals", "aws")
    ],
    "overhead": [
        (agent, USUAL, 300, {"workers": 1, "pairs": PAIRS})
        for agent in ("nothing", "wick", "aws")
    ],
    "states": [("wick", OFTEN, 10, {"seconds": 20})],
    "memory": [
        (agent, USUAL, 10, {"seconds": 30}) for agent in ("nothing", "wick", "aws")
    ],
    "startup": [(agent, USUAL, 300, {}) for agent in ("wick", "aws") for _ in range(7)],
    "tick": [("wick", USUAL, 300, {"threads": threads}) for threads in (20, 90)],
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
        found = (
            json.loads(ended.stdout)
            if ended.returncode == 0
            else {"error": ended.stderr[-400:]}
        )
    finally:
        receiver.kill()
        receiver.wait()
    load = os.getloadavg()[0]
    print(
        json.dumps(
            {
                "measured": what,
                "agent": agent,
                **options,
                "load": round(load, 1),
                **found,
            }
        ),
        flush=True,
    )


def main():
    for what in sys.argv[1:] or PLAN:
        for agent, parameters, period, options in PLAN[what]:
            measure(what, agent, parameters, period, options)


if __name__ == "__main__":
    main()

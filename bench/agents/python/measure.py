"""One measurement in a process of its own: `measure.py WHAT AGENT URL key=value…`, one line of JSON on stdout."""

import json
import random
import resource
import statistics
import sys
import threading
import time
import urllib.request


def accuracy(agent_name, url, workers=1, samples=1500, seconds=300):
    """Shares of functions as the agent reports them, against those that the program measured.

    As long as it takes to have so many samples, and no longer than so many seconds.
    """
    import agents
    import workload

    busy, stop = workload.start(workers)
    agent = agents.make(agent_name, url)
    agent.start()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(min(10, seconds))
        if workload.sampled_shares(received(url))[1] >= samples:
            break
    stop()
    agent.stop()
    truth = workload.true_shares(busy)
    profiles = received(url)
    sampled, n = workload.sampled_shares(profiles)
    errors = {name: abs(sampled[name] - share) * 100 for name, share in truth.items()}
    noise = statistics.mean(
        (2 / 3.14159 * share * (1 - share) / max(1, n)) ** 0.5 * 100
        for share in truth.values()
    )
    return {
        "n": n,
        "enough": n >= 1500,
        "mae": statistics.mean(errors.values()),
        "max": max(errors.values()),
        "noise": noise,
        "digest_true": truth["digest"] * 100,
        "digest_sampled": sampled["digest"] * 100,
        "bias": [
            profile["agentMetadata"].get("sampler", {}).get("bias")
            for profile in profiles
        ][-1:],
    }


def received(url):
    return json.loads(urllib.request.urlopen(url).read())


def overhead(agent_name, url, workers=1, pairs=20, slice_seconds=1.0, seed=1):
    """Work for each second of the process's CPU time, with the agent paused and not, in one process and by turns.

    What one launch found; `run.py` puts several together.
    """
    import agents
    import workload

    busy, stop = workload.start(workers)
    agent = agents.make(agent_name, url)
    agent.start()
    time.sleep(3)
    agent.pause()

    def slice_of(is_on):
        (agent.resume if is_on else agent.pause)()
        time.sleep(slice_seconds * 0.2)
        units, cpu = sum(worker.units for worker in busy), time.process_time()
        began = time.monotonic()
        time.sleep(slice_seconds * 0.8)
        cpu = time.process_time() - cpu
        cores.append(cpu / (time.monotonic() - began))
        return (sum(worker.units for worker in busy) - units) / cpu

    cores = []
    pick = random.Random(seed)
    slowdowns = []
    for _ in range(pairs):
        order = [True, False]
        pick.shuffle(order)
        found = {is_on: slice_of(is_on) for is_on in order}
        slowdowns.append((found[False] / found[True] - 1) * 100)
    # Directly: what the agent's own threads use while it runs.
    agent.resume()
    time.sleep(1)
    cpu, began = agent.cpu_ns(), time.monotonic_ns()
    time.sleep(max(10, pairs / 4))
    direct = (agent.cpu_ns() - cpu) / (time.monotonic_ns() - began) * 100
    stop()
    agent.stop()
    # One core is what a Python program can have.
    return {
        "slowdowns": slowdowns,
        "direct": direct,
        "cores": statistics.median(cores),
    }


def states(agent_name, url, seconds=20):
    """Thread samples that got the right state, over all. Only an agent with states can be asked."""
    import hashlib
    import queue
    import socket

    import agents

    end = threading.Event()
    lock = threading.Lock()
    lock.acquire()
    ours, theirs = socket.socketpair()

    def compute():
        while not end.is_set():
            sum(range(5000))

    def digest():
        while not end.is_set():
            hashlib.sha256(b"x" * 200_000).digest()

    def nap():
        while not end.is_set():
            time.sleep(0.01)

    def wait_event():
        end.wait()

    def receive():
        ours.recv(1)

    def take():
        empty.get(block=True)

    def blocked():
        with lock:
            pass

    empty = queue.Queue()
    expected = {'compute': 'RUNNABLE', 'digest': 'RUNNABLE', 'nap': 'WAITING', 'wait_event': 'WAITING', 'receive': 'WAITING', 'take': 'WAITING', 'blocked': 'BLOCKED'}  # fmt: skip
    for work in (compute, digest, nap, nap, nap, wait_event, receive, take, blocked):
        threading.Thread(target=work, daemon=True).start()
    agent = agents.make(agent_name, url)
    agent.start()
    time.sleep(seconds)
    agent.stop()
    right = said = 0
    wrong = {}
    for profile in received(url):
        stack = [(profile["callgraph"], None)]
        while stack:
            node, function = stack.pop()
            if function:
                for state, count in node.get("counts", {}).items():
                    said += count
                    if state == expected[function]:
                        right += count
                    else:
                        wrong[f"{function} {state}"] = (
                            wrong.get(f"{function} {state}", 0) + count
                        )
            for name, child in node.get("children", {}).items():
                last = name.rpartition(":")[2]
                stack.append((child, function or (last if last in expected else None)))
    return {"n": said, "right": right / said * 100, "wrong": wrong}


def memory(agent_name, url, seconds=30):
    """Resident memory at the end of a program that does the same with and without the agent, in MB."""
    import agents
    import workload

    _, stop = workload.start(2)
    agent = agents.make(agent_name, url)
    agent.start()
    time.sleep(seconds)
    stop()
    with open("/proc/self/statm", encoding="ascii") as file:
        now = int(file.read().split()[1]) * resource.getpagesize() / 1e6
    agent.stop()
    return {"rss": now}


def startup(agent_name, url):
    """Time and CPU that a start takes on the thread that asks for it, imports included, in ms."""
    import http.client  # noqa: F401 - what programs have that an agent is worth having for

    began, cpu = time.perf_counter(), time.thread_time()
    import agents

    agent = agents.make(agent_name, url)
    agent.start()
    took, spent = time.perf_counter() - began, time.thread_time() - cpu
    agent.stop()
    return {"wall": took * 1000, "cpu": spent * 1000}


def tick(agent_name, url, threads=20, ticks=2000):
    """CPU time of one tick with so many idle threads and one that computes, in microseconds."""
    import agents  # noqa: F401 - for the path
    import workload

    from wick_agent.sampler import Sampler

    _, stop = workload.start(1, threads)
    sampler = Sampler()
    sampler.excluded = {threading.get_ident()}
    spent = []
    for _ in range(ticks):
        time.sleep(0.005)
        before = time.thread_time_ns()
        sampler.tick()
        spent.append(time.thread_time_ns() - before)
    sampler.pause()
    stop()
    return {
        "median": statistics.median(spent) / 1000,
        "p99": sorted(spent)[int(len(spent) * 0.99)] / 1000,
    }


def main():
    what, agent_name, url, *rest = sys.argv[1:]
    options = {}
    for pair in rest:
        key, value = pair.split("=")
        options[key] = float(value) if "." in value else int(value)
    print(json.dumps(globals()[what](agent_name, url, **options)))


if __name__ == "__main__":
    main()

"""What a profile says of the agent itself: what it cost, what it left out, what is not as exact as usual; and when it comes."""

import json
import os
import platform
import re
import threading
import time

import pytest
from conftest import agent_environment, nodes_of, run, until

from wick_agent import agent as agent_module
from wick_agent.agent import Agent
from wick_agent.call_tree import RUNNABLE, WAITING
from wick_agent.chance import chance
from wick_agent.cpu_budget import CpuBudget
from wick_agent.log import Log
from wick_agent.reporter import Reporter
from wick_agent.sampler import Sampler
from wick_agent.settings import Settings
from wick_agent.standing import Standing

SECOND = 1_000_000_000


def make_agent(url='http://127.0.0.1:1', **environment):
    return Agent(Settings(environment=agent_environment(url, **environment)), Log('off'))


def sampled(tree, ticks=3000, threads=4):
    """As after five minutes at ten samples a second."""
    node = tree.child(tree.root, 'work')
    node.add_tick(1, RUNNABLE, ticks)
    node.add_tick(2, WAITING, ticks * (threads - 1))
    tree.ticks = ticks
    tree.threads_seen = tree.threads_visited = ticks * threads
    tree.active_ns = ticks * SECOND // 10
    return tree


def packed(reporter):
    reporter._pack()
    return json.loads(reporter.outbox.newest()[1])


def test_a_profile_says_how_it_came_about_and_what_it_cost():
    agent = make_agent(WICK_LABELS='zone=b')
    reporter = Reporter(agent)
    sampled(agent.sampler.tree)
    agent.sampler_cpu_ns = 450_000_000
    profile = packed(reporter)
    metadata = profile['agentMetadata']
    # Nobody else is 450 ms busy in this thread; what it used itself so far is in it too.
    own_ms = time.thread_time_ns() // 1_000_000
    assert 450 <= metadata['agentOverhead'].pop('timeInMs') <= 450 + own_ms
    assert metadata['cpuTimeInSeconds'] > 0
    assert metadata['fleetInfo']['vCPUs'] >= 1
    del metadata['cpuTimeInSeconds'], metadata['fleetInfo']
    assert metadata == {
        'sampleWeights': {'WALL_TIME': 1.0},
        'durationInMs': 300_000,
        'agentInfo': {'type': 'wick-agent-python', 'version': agent_version()},
        'agentOverhead': {'memoryInMB': 0},
        'runtimeVersion': platform.python_version(),
        'metrics': {'numThreads': 4.0},
        'numTimesSampled': 300,
        'sampler': {
            'engine': 'current-frames',
            'ticks': 3000,
            'threadStates': 'cpu-clock' if agent.sampler.has_thread_clocks else 'by-call',
            'threadWeight': 1.0,
            'gilBiasedTicks': 0,
        },
        'labels': {'zone': 'b'},
    }
    debug = profile['debugInfo']
    assert re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z', debug['agentStartTime'])
    assert debug['processId'] == os.getpid()
    assert debug['errorsCount'] == {'errorsCount': 0}
    assert debug['genericMetrics']['encode_cpu'] >= 0


def agent_version():
    from wick_agent import __version__

    return __version__


def test_what_was_reported_once_is_not_reported_again():
    agent = make_agent()
    reporter = Reporter(agent)
    sampled(agent.sampler.tree)
    agent.sampler_cpu_ns = 450_000_000
    agent.failed('sampling', KeyError('x'))
    assert packed(reporter)['debugInfo']['errorsCount'] == {'errorsCount': 1}
    sampled(agent.sampler.tree)
    agent.sampler_cpu_ns = 480_000_000
    second = packed(reporter)
    assert 30 <= second['agentMetadata']['agentOverhead']['timeInMs'] < 400
    assert second['debugInfo']['errorsCount'] == {'errorsCount': 0}


def test_what_was_left_out_or_not_exact_is_said():
    agent = make_agent()
    reporter = Reporter(agent)
    tree = sampled(agent.sampler.tree)
    tree.node_count = 5000
    tree.threads_visited = tree.threads_seen // 2
    tree.biased_ticks = 301
    tree.throttled_ticks = 20
    tree.folded_nodes = 7
    tree.failed_ticks = 2
    reporter.outbox.dropped = 3
    agent.failed('sampling', KeyError('broken'))
    metadata = packed(reporter)['agentMetadata']
    del metadata['sampler']['threadStates']
    assert metadata['sampler'] == {
        'engine': 'current-frames',
        'ticks': 3000,
        'threadWeight': 2.0,
        'gilBiasedTicks': 301,
        'bias': 'gil-biased',
        'throttledTicks': 20,
        'foldedNodes': 7,
        'failedTicks': 2,
        'droppedProfiles': 3,
        'lastError': "sampling: KeyError: 'broken'",
    }
    assert metadata['agentOverhead']['memoryInMB'] == 3


def test_a_tenth_of_the_time_may_be_biased_before_a_profile_is():
    agent = make_agent()
    sampled(agent.sampler.tree).biased_ticks = 300
    assert 'bias' not in packed(Reporter(agent))['agentMetadata']['sampler']


def test_ticks_are_counted_as_throttled_while_the_interval_is_stretched():
    agent = make_agent()
    agent.budget = CpuBudget()
    agent._tick()
    agent.budget.factor = 2
    agent._tick()
    agent._tick()
    assert (agent.sampler.tree.ticks, agent.sampler.tree.throttled_ticks) == (3, 2)
    agent.sampler.pause()


COMPUTING = """
import threading, time
def spin():
    end = time.monotonic() + 4
    while time.monotonic() < end: sum(range(500))
threads = [threading.Thread(target=spin) for _ in range({threads})]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


@pytest.mark.slow
@pytest.mark.parametrize(('threads', 'bias'), [(1, None), (3, 'gil-biased')])
def test_a_posted_profile_is_marked_where_several_threads_compute(threads, bias, scripted_server, write_program):
    ended = run(
        ['-m', 'wick_agent', write_program(COMPUTING.format(threads=threads))], agent_environment(scripted_server.url)
    )
    assert ended.returncode == 0, ended.stderr
    (request,) = scripted_server.profiles
    sampler = request.json['agentMetadata']['sampler']
    assert sampler.get('bias') == bias, sampler
    assert (sampler['gilBiasedTicks'] * 10 > sampler['ticks']) == (bias is not None)


@pytest.mark.slow
def test_a_tree_that_was_folded_is_sent_long_before_its_period_ends_and_not_before_the_least_time(scripted_server):
    scripted_server.configuration['agentParameters'] = {'MinimumTimeForReportingInMilliseconds': '1500'}
    agent = make_agent(scripted_server.url)
    agent.sampler = Sampler(max_bytes=1)
    agent.start()
    try:
        until('the first question', lambda: scripted_server.requests)
        # More call paths than there is room for.
        with agent.lock:
            for at in range(agent.sampler.tree.max_nodes + 10):
                agent.sampler.tree.child(agent.sampler.tree.root, f'path {at}').add_tick(1, RUNNABLE, 20)
        profile = until('a profile', lambda: scripted_server.profiles)[0].json
    finally:
        agent.stop()
    assert profile['agentMetadata']['sampler']['foldedNodes'] > 0
    assert any(path and path[-1] == '<other>' for path, _ in nodes_of(profile))
    assert 1400 <= profile['end'] - profile['start'] < 100_000


class RecordedWaits:
    """A wake-up that waits for nothing and remembers for how long it was asked to."""

    def __init__(self, agent, enough):
        self.waits = []
        self._agent = agent
        self._enough = enough

    def wait(self, seconds):
        self.waits.append(seconds)
        if len(self.waits) >= self._enough:
            self._agent.is_stopping = True

    def wake(self):
        pass


def assert_spread(values, least, most):
    """Within these, and as numbers drawn evenly from there: seeded, so never by bad luck."""
    assert min(values) >= least
    assert max(values) <= most
    for part in range(4):
        low = least + (most - least) * part / 4
        share = sum(low <= value <= low + (most - least) / 4 for value in values) / len(values)
        assert 0.15 < share < 0.35, (part, share)


def test_each_sample_comes_at_random_within_half_an_interval_of_its_time():
    agent = make_agent()
    chance.seed(1)
    agent.cpus = 1
    waits = agent._sampler_wakeup = RecordedWaits(agent, 400)
    agent._tick = lambda: None
    # In a thread of its own: it tells Linux how to wake the one that it is in.
    sampling = threading.Thread(target=agent._sample_until_stopped)
    sampling.start()
    sampling.join()
    first, *others = waits.waits
    # In a container with less than half a core it is twice that.
    interval = agent.internal_interval_ms() / 1000
    assert 0 <= first <= interval
    assert_spread(others, interval / 2, interval * 3 / 2)


def test_fleets_that_start_together_ask_and_report_at_random_times():
    remote = make_agent('https://wick.example.com')
    chance.seed(1)
    assert_spread([remote._initial_delay() for _ in range(400)], 0, agent_module.INITIAL_DELAY_SECONDS)
    # A server on the same machine has no fleet, and whoever tries it out does not want to wait.
    assert {make_agent(f'http://{host}:1')._initial_delay() for host in ('127.0.0.1', 'localhost', '[::1]')} == {0}
    assert {
        make_agent(url)._initial_delay() > 0 for url in ('http://127.evil.example', 'http://localhost.example')
    } == {True}
    assert make_agent('https://wick.example.com', WICK_INITIAL_DELAY_SECONDS='0')._initial_delay() == 0

    reporters = [Reporter(remote) for _ in range(400)]
    assert_spread([reporter._cycle_seconds() for reporter in reporters], 60, 300)


MISDIRECTIONS = {
    'a page': ((200, {}, b'<html>Sign in</html>'), 0, 1),
    'a redirect': ((301, {'Location': 'https://127.0.0.1/'}, b''), 299, 300),
}


@pytest.mark.parametrize('kind', list(MISDIRECTIONS))
def test_a_profile_that_went_astray_is_kept_and_sent_later(kind, scripted_server):
    answer, least, most = MISDIRECTIONS[kind]
    reporter = Reporter(make_agent(scripted_server.url))
    reporter.outbox.add(b'{}')
    scripted_server.answers = lambda _: answer
    before = time.monotonic()
    assert not reporter._send()
    assert least <= reporter._sending.not_before - before <= most + time.monotonic() - before
    scripted_server.answers = scripted_server.willing
    assert reporter._send()
    first, second = scripted_server.profiles
    assert first.path == second.path
    assert (len(reporter.outbox), reporter.outbox.dropped) == (0, 0)


@pytest.mark.parametrize(
    ('answer', 'advice'),
    [
        ((413, {}, b''), 'is asked again once a period'),
        ((303, {'Location': '/login'}, b''), 'a proxy or a sign-in page in between? It is tried once a period'),
        ((308, {'Location': 'https://wick.example/x'}, b''), 'answers with a redirect to https://wick.example: '),
    ],
)
def test_what_will_not_pass_by_itself_is_asked_once_a_period_and_the_log_promises_no_more(
    answer, advice, scripted_server
):
    lines = []
    agent = make_agent(scripted_server.url)
    agent.standing = Standing(Log('info', lines.append))
    reporter = Reporter(agent)
    scripted_server.answers = lambda _: answer
    before = time.monotonic()
    assert not reporter.ask()
    assert reporter._ask_at - before >= 300
    (line,) = lines
    assert advice in line


@pytest.fixture
def switch(monkeypatch, tmp_path):
    """A kill switch file that agents look for whenever they may."""
    monkeypatch.setattr(agent_module, 'KILL_SWITCH_SECONDS', 0.0)
    return tmp_path / 'killProfiler'


def test_while_a_kill_switch_is_thrown_the_reporter_rests_and_what_it_has_is_not_wanted(switch, scripted_server):
    agent = make_agent(scripted_server.url, WICK_KILL_SWITCH_FILE=str(switch))
    reporter = Reporter(agent)
    reporter.outbox.add(b'{}')
    switch.touch()
    agent._look_at_kill_switch()
    agent.window._start_ns -= 1000 * SECOND
    reporter.step()
    assert reporter._seconds_until_next_step() == 60
    assert (len(reporter.outbox), scripted_server.requests) == (0, [])


def test_after_a_kill_switch_a_profile_begins_when_the_file_is_gone(switch):
    agent = make_agent(WICK_KILL_SWITCH_FILE=str(switch))
    sampled(agent.sampler.tree)
    switch.touch()
    agent._look_at_kill_switch()
    # All of the break.
    agent.window._start_ns -= 1000 * SECOND
    agent.window._start_ms -= 1_000_000
    agent.process_cpu_from_ns -= 1000 * SECOND
    switch.unlink()
    agent._look_at_kill_switch()
    sampled(agent.sampler.tree, ticks=50)
    profile = packed(Reporter(agent))
    assert profile['end'] - profile['start'] < 500_000
    assert profile['agentMetadata']['sampler']['ticks'] == 50
    assert profile['agentMetadata']['cpuTimeInSeconds'] < 500


def test_what_was_sampled_before_a_pause_is_reported_in_it_and_the_next_profile_begins_after_it(scripted_server):
    agent = make_agent(scripted_server.url)
    reporter = Reporter(agent)
    reporter.ask()
    sampled(agent.sampler.tree, ticks=1000)
    agent.window._start_ns -= 61 * SECOND
    agent.pause()
    reporter.step()
    (before,) = scripted_server.profiles
    assert before.json['agentMetadata']['sampler']['ticks'] == 1000
    agent.window._start_ns -= 1000 * SECOND
    agent.window._start_ms -= 1_000_000
    reporter.step()
    assert len(scripted_server.profiles) == 1
    assert reporter._seconds_until_next_step() > 1
    agent.resume()
    sampled(agent.sampler.tree, ticks=50)
    after = packed(reporter)
    assert after['end'] - after['start'] < 500_000
    assert after['agentMetadata']['sampler']['ticks'] == 50


def test_a_profile_goes_on_after_a_short_pause_and_not_after_one_in_which_all_stood_still():
    agent = make_agent()
    sampled(agent.sampler.tree, ticks=1000)
    agent.pause()
    agent.resume()
    assert agent.sampler.tree.ticks == 1000
    agent.pause()
    agent._paused_at -= 61
    agent.resume()
    assert agent.sampler.tree.ticks == 0


def test_after_the_first_report_a_period_is_a_period(scripted_server):
    agent = make_agent(scripted_server.url)
    reporter = Reporter(agent)
    reporter.ask()
    sampled(agent.sampler.tree)
    agent.window._start_ns -= 301 * SECOND
    reporter.step()
    assert len(scripted_server.profiles) == 1
    assert reporter._cycle_seconds() == 300


@pytest.mark.parametrize('way', ['step', 'step_between_invocations'])
@pytest.mark.parametrize(
    ('wants_profiles', 'order'), [(True, ['configureAgent', 'agentProfile']), (False, ['configureAgent'])]
)
def test_a_server_is_asked_before_it_is_sent_anything_though_a_whole_period_has_passed(
    way, wants_profiles, order, scripted_server
):
    scripted_server.configuration['shouldProfile'] = wants_profiles
    agent = make_agent(scripted_server.url)
    reporter = Reporter(agent)
    sampled(agent.sampler.tree)
    agent.window._start_ns -= 301 * SECOND
    for _ in range(2):
        getattr(reporter, way)(*([] if way == 'step' else [time.monotonic() + 60]))
    assert [request.path.split('/')[3].partition('?')[0] for request in scripted_server.requests][: len(order)] == order
    assert len(scripted_server.profiles) == wants_profiles


SUBJECTS = {'asking': 'configureAgent', 'sending': 'agentProfile'}


@pytest.mark.parametrize('subject', list(SUBJECTS))
@pytest.mark.parametrize(('retry_after', 'tries'), [('60', 1), ('1', 2), (None, 2)])
def test_at_the_end_a_server_is_left_alone_for_as_long_as_it_said(subject, retry_after, tries, scripted_server):
    """And what it said to wait for is waited for where there is time for it."""
    agent = make_agent(scripted_server.url)
    reporter = Reporter(agent)
    sampled(agent.sampler.tree)
    if subject == 'sending':
        reporter.ask()
        reporter._pack()
    at = []

    def answers(request):
        if SUBJECTS[subject] in request.path:
            at.append(time.monotonic())
            if len(at) == 1:
                return 429, {'Retry-After': retry_after} if retry_after else {}, b'{}'
        return scripted_server.willing(request)

    scripted_server.answers = answers
    reporter.ask() if subject == 'asking' else reporter._send()
    reporter.finish(time.monotonic() + 30)
    assert len(at) == tries
    assert at[-1] - at[0] >= (float(retry_after or 0) if tries > 1 else 0)
    # Who said of the first question to wait is not sent a profile in its place.
    assert len(scripted_server.profiles) == (tries if subject == 'sending' else tries - 1)

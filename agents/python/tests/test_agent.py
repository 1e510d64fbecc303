"""The two threads: switches, failures, and how often is sampled."""

import os
import sys
import threading
import time

import pytest
from conftest import agent_environment, until

from wick_agent import agent as agent_module
from wick_agent import aws_lambda, native, with_lambda_profiler
from wick_agent.agent import Agent
from wick_agent.cpu_budget import CpuBudget
from wick_agent.credentials.chain import CredentialChain
from wick_agent.http_exchange import HttpClient
from wick_agent.log import Log
from wick_agent.profiler import Profiler
from wick_agent.server_clock import ServerClock
from wick_agent.service import Misdirected, Refused, Service
from wick_agent.settings import Settings


@pytest.fixture
def lines():
    return []


@pytest.fixture
def agent(scripted_server, lines):
    environment = agent_environment(scripted_server.url)
    made = Agent(Settings(environment=environment), Log('info', lines.append))
    yield made
    made.stop()


def test_a_kill_switch_file_that_appears_stops_sampling_and_its_end_starts_it(
    agent, lines, tmp_path, monkeypatch, scripted_server
):
    monkeypatch.setattr(agent_module, 'KILL_SWITCH_SECONDS', 0.05)
    switch = tmp_path / 'killProfiler'
    agent.settings.kill_switch_file = str(switch)
    agent.start()
    until('samples', lambda: agent.sampler.tree.ticks > 1)
    switch.touch()
    until('the switch', lambda: agent.is_killed)
    ticks = agent.sampler.tree.ticks
    time.sleep(0.3)
    assert agent.sampler.tree.ticks <= ticks + 1
    switch.unlink()
    until('more samples', lambda: agent.sampler.tree.ticks > ticks + 1)
    assert any('there is a file' in line for line in lines)
    assert any('is gone' in line for line in lines)
    switch.touch()
    until('the switch again', lambda: agent.is_killed)
    agent.stop()
    assert scripted_server.profiles == []


def test_a_kill_switch_that_is_thrown_at_the_start_is_waited_for(lines, tmp_path, monkeypatch, scripted_server):
    monkeypatch.setattr(agent_module, 'KILL_SWITCH_SECONDS', 0.05)
    switch = tmp_path / 'killProfiler'
    switch.touch()
    # Who asks the platform where it runs has looked and called, too.
    environment = agent_environment(scripted_server.url, ECS_CONTAINER_METADATA_URI_V4=scripted_server.url)
    profiler = Profiler(environment=environment, kill_switch_file=str(switch))
    profiler.log = Log('info', lines.append)
    try:
        assert profiler.start()
        time.sleep(0.5)
        assert profiler._agent.sampler.tree.ticks == 0
        assert scripted_server.requests == []
        switch.unlink()
        until('samples', lambda: profiler._agent.sampler.tree.ticks > 1)
        until('a question', lambda: any('configureAgent' in request.path for request in scripted_server.requests))
    finally:
        profiler.stop()
    assert f'off: there is a file {switch}' in lines[0]
    assert 'is gone' in lines[1]


def test_what_is_switched_off_by_the_environment_is_off_for_good(scripted_server):
    environment = agent_environment(scripted_server.url, AWS_CODEGURU_PROFILER_ENABLED='false')
    profiler = Profiler(environment=environment, log_level='off')
    assert not profiler.start()
    assert profiler._agent is None


class Anything:
    pass


@pytest.mark.parametrize(
    ('given', 'said'),
    [
        ({'profiling_group_name': 7}, 'profiling_group_name is of type int, not str'),
        ({'region_name': b'eu-west-1'}, 'region_name is of type bytes, not str'),
        ({'endpoint_url': Anything()}, 'endpoint_url is of type Anything, not str'),
        ({'credential_profile': ['default']}, 'credential_profile is of type list, not str'),
        ({'labels': 'version=1'}, 'labels is of type str, not Mapping'),
        ({'environment': 'A=B'}, 'environment is of type str, not Mapping'),
        ({'ca_bundle': 1.5}, 'ca_bundle is of type float, not str'),
        ({'enabled': 'false'}, 'enabled is of type str, not bool'),
        ({'log_level': 10}, 'log_level is of type int, not str'),
    ],
)
def test_an_argument_of_the_wrong_kind_is_said_once_and_nothing_starts(
    given, said, lines, scripted_server, monkeypatch
):
    monkeypatch.setattr(aws_lambda, '_profiler', None)
    profiler = Profiler(**{'environment': agent_environment(scripted_server.url), **given})
    profiler.log = Log('info', lines.append)
    assert [profiler.start(), profiler.start(), profiler.is_running] == [False, False, False]
    profiler.stop()
    assert lines == [f'wick-agent: off: {said}\n']
    decorate = with_lambda_profiler(**{'environment': agent_environment(scripted_server.url), **given})
    assert decorate(lambda event, context: event)(7, None) == 7
    assert scripted_server.requests == []


def test_numbers_that_are_none_and_paths_that_are_objects_hold_nobody_up(scripted_server, tmp_path):
    profiler = Profiler(
        environment=agent_environment(scripted_server.url),
        max_threads='many',
        sampling_interval_ms=float('inf'),
        kill_switch_file=tmp_path / 'killProfiler',
        log_level='off',
    )
    assert profiler.start()
    profiler.stop()
    assert (profiler.settings.max_threads, profiler.settings.sampling_interval_ms) == (100, None)


def test_an_argument_that_there_is_not_is_an_error_of_the_programs():
    with pytest.raises(TypeError, match='unexpected keyword'):
        Profiler('group', group='other')


def test_sampling_that_fails_three_times_rests_for_a_period(agent, lines, monkeypatch):
    def fail():
        raise KeyError('broken')

    monkeypatch.setattr(agent.sampler, 'tick', fail)
    agent.start()
    until('the rest', lambda: any('sampling fails' in line for line in lines))
    assert not agent.is_sampling
    assert agent.sampler.tree.failed_ticks == 3
    assert 'KeyError' in agent.last_error


def test_little_cpu_means_fewer_samples(agent):
    assert agent.internal_interval_ms() == 100
    agent.orders.sampling_interval_ms = 20
    assert agent.internal_interval_ms() == 20
    agent.cpus = 0.1
    assert agent.internal_interval_ms() == 40
    agent.budget = CpuBudget()
    agent.budget.factor = 4
    assert agent.internal_interval_ms() == 160


def test_a_paused_agent_samples_nothing(agent):
    agent.start()
    until('samples', lambda: agent.sampler.tree.ticks > 0)
    agent.pause()
    time.sleep(0.2)
    ticks = agent.sampler.tree.ticks
    time.sleep(0.4)
    assert agent.sampler.tree.ticks == ticks
    agent.resume()
    until('more samples', lambda: agent.sampler.tree.ticks > ticks)


def test_the_time_of_a_pause_is_in_no_sample_however_soon_it_ends(agent):
    agent.budget = CpuBudget()
    agent._tick()
    agent._tick()
    agent.pause()
    # On Lambda the process is frozen here: none of its threads notices the pause.
    time.sleep(0.3)
    agent._tick()
    assert agent.sampler.tree.ticks == 2
    agent.resume()
    agent._tick()
    assert agent.sampler.tree.ticks == 3
    assert agent.sampler.tree.active_ns < 300_000_000


@pytest.mark.parametrize('thread', ['reporter', 'sampler'])
def test_a_thread_that_fails_ends_the_agent_and_is_named(thread, agent, lines, monkeypatch):
    def fail(*_):
        raise ImportError("No module named '_ssl'")

    first = {'reporter': 'wick_agent.reporter.Reporter.__init__', 'sampler': 'wick_agent.agent.available_cpus'}
    monkeypatch.setattr(first[thread], fail)
    agent.start()
    until('the end', lambda: agent.is_stopping and agent._has_reporter_ended)
    until('the line', lambda: lines)
    (line,) = (line for line in lines if 'by an error of its own' in line)
    assert "ImportError: No module named '_ssl'" in line
    time.sleep(0.1)
    ticks = agent.sampler.tree.ticks
    time.sleep(0.3)
    assert agent.sampler.tree.ticks == ticks


def test_a_fork_does_not_wait_while_the_agent_asks_where_it_runs(agent, scripted_server):
    asked, answer = threading.Event(), threading.Event()

    def answers(request):
        asked.set()
        answer.wait(30)
        return scripted_server.willing(request)

    scripted_server.answers = answers
    agent.settings.environment['ECS_CONTAINER_METADATA_URI_V4'] = scripted_server.url
    agent.start()
    asked.wait(30)
    assert agent.loading_lock.acquire(False)
    agent.loading_lock.release()
    answer.set()


def test_an_error_while_reporting_is_named_once_and_tried_again(agent, lines, monkeypatch, scripted_server):
    tries = []

    def fail(_):
        tries.append(agent.reporter)
        agent.reporter_wakeup.wake()
        raise KeyError('broken')

    monkeypatch.setattr('wick_agent.reporter.Reporter.step', fail)
    agent.start()
    until('more tries', lambda: len(tries) > 3)
    (line,) = lines
    assert "reporting: KeyError: 'broken'; it is tried again in a minute" in line


def test_a_reporter_that_fails_in_sending_rests_for_a_minute(agent, monkeypatch):
    tries = []

    def fail(*_):
        tries.append(agent.reporter)
        raise KeyError('broken')

    monkeypatch.setattr('wick_agent.service.Service.post_agent_profile', fail)
    agent.start()
    until('the reporter', lambda: agent.reporter and agent.reporter.has_answer)
    agent.reporter.outbox.add(b'{}')
    agent.reporter_wakeup.wake()
    until('a try', lambda: tries)
    time.sleep(0.3)
    assert len(tries) == 1


def test_an_answer_that_is_nested_without_end_is_nonsense(scripted_server):
    scripted_server.answers = lambda _: (200, {}, b'[' * 500_000)
    assert service(scripted_server.url).configure_agent('group', 'id', {}) == {}
    scripted_server.answers = lambda _: (400, {}, b'[' * 500_000)
    with pytest.raises(Refused, match='400 without a reason'):
        service(scripted_server.url).configure_agent('group', 'id', {})


def service(url, **environment):
    settings = Settings('group', 'us-east-1', environment={**agent_environment(url), **environment})
    http, clock = HttpClient(), ServerClock()
    return Service(http, url, 'us-east-1', CredentialChain(settings, 'us-east-1', http, clock), clock)


@pytest.mark.parametrize(
    'refusal', ['ExpiredTokenException:http://x', 'InvalidSignatureException', 'AccessDeniedException']
)
def test_after_a_refusal_other_credentials_are_tried_once_where_there_are_any(refusal, scripted_server, tmp_path):
    path = tmp_path / 'credentials'

    def write(key):
        path.write_text(f'[default]\naws_access_key_id = {key}\naws_secret_access_key = secret\n')

    def answers(request):
        used = request.headers['Authorization'].split('Credential=')[1].split('/')[0]
        if used == 'good':
            return 200, {}, b'{"shouldProfile": true}'
        write(next_key)
        return 403, {'x-amzn-ErrorType': refusal}, b'{}'

    scripted_server.answers = answers
    asked = service(scripted_server.url, AWS_ACCESS_KEY_ID='', AWS_SHARED_CREDENTIALS_FILE=str(path))
    write('bad')
    for next_key, questions in (('bad', 1), ('worse', 2)):
        before = len(scripted_server.requests)
        with pytest.raises(Refused):
            asked.configure_agent('group', 'id', {})
        assert len(scripted_server.requests) - before == questions
    next_key = 'good'
    assert asked.configure_agent('group', 'id', {}) == {'shouldProfile': True}


@pytest.mark.parametrize(
    ('answer', 'code', 'retry_after'),
    [
        (
            (429, {'Retry-After': '7'}, b'{"__type": "prefix#ThrottlingException", "message": "slow"}'),
            'ThrottlingException',
            7,
        ),
        ((503, {'Retry-After': 'Wed, 21 Oct 2015 07:28:00 GMT'}, b'{}'), 'without a reason', 0),
        ((500, {'Retry-After': '1e999'}, b'[]'), 'without a reason', 3600),
        ((503, {'Retry-After': 'nan'}, b'\xff\xfe'), 'without a reason', None),
        (
            (400, {'Retry-After': '-5'}, b'{"code": "ValidationException", "Message": "x\\u0000y\\n"}'),
            'ValidationException',
            0,
        ),
    ],
)
def test_refusals_of_any_form_are_read(scripted_server, answer, code, retry_after):
    scripted_server.answers = lambda _: answer
    with pytest.raises(Refused) as refused:
        service(scripted_server.url).post_agent_profile('a group', 'token', b'{}')
    assert (refused.value.code, refused.value.retry_after) == (code, retry_after)
    assert refused.value.is_temporary == (answer[0] != 400)
    assert scripted_server.requests[0].path == '/profilingGroups/a%20group/agentProfile?profileToken=token'


@pytest.mark.parametrize('body', [b'', b'{}', b'{"a": 1}'])
def test_a_profile_is_delivered_where_the_service_says_nothing_or_json(body, scripted_server):
    scripted_server.answers = lambda _: (200, {}, body)
    service(scripted_server.url).post_agent_profile('group', 'token', b'{}')


@pytest.mark.parametrize(
    'body', [b'<html>Sign in</html>', b'OK', b'[]', b'null', b'\xff', b'[' * 500_000], ids=lambda body: repr(body[:8])
)
def test_a_page_is_no_delivery_of_a_profile(body, scripted_server):
    scripted_server.answers = lambda _: (200, {}, body)
    with pytest.raises(Misdirected):
        service(scripted_server.url).post_agent_profile('group', 'token', b'{}')


@pytest.mark.parametrize(
    ('location', 'said'),
    [
        ('https://wick.example:8443/profilingGroups/group?x=y', 'https://wick.example:8443'),
        ('//user:secret@wick.example/', 'http://wick.example'),
        ('https://wick\x1b\x9b\x00.example/', 'https://wick.example'),
        pytest.param('https://' + 'x' * 5000, 'https://' + 'x' * 192, id='long'),
        ('/login', 'SERVER'),
        ('https://[::1', None),
        ('mailto:somebody', None),
        ('', None),
    ],
)
def test_a_redirect_is_not_followed_and_says_where_it_leads(location, said, scripted_server):
    scripted_server.answers = lambda _: (307, {'Location': location}, b'')
    with pytest.raises(Refused) as refused:
        service(scripted_server.url).post_agent_profile('group', 'token', b'{}')
    assert refused.value.location == (said and said.replace('SERVER', scripted_server.url))
    assert len(scripted_server.requests) == 1


def test_the_agents_threads_have_stacks_of_the_usual_size_and_the_programs_own_keep_theirs(monkeypatch):
    sizes = []
    monkeypatch.setattr(native, 'start_thread', lambda *_: sizes.append(threading.stack_size()))
    usual = threading.stack_size(32 * 1024)
    try:
        native.start_deaf_threads(print, (1, 2))
        assert threading.stack_size() == 32 * 1024
    finally:
        threading.stack_size(usual)
    assert sizes == [0, 0]


@pytest.mark.skipif(sys.platform != 'linux', reason='a setting of Linux')
def test_the_sampling_thread_is_woken_on_time_and_no_other(agent):
    before = set(os.listdir('/proc/self/task'))
    usual = _slack(os.getpid())
    agent.start()
    until('samples', lambda: agent.sampler.tree.ticks > 1)
    new = set(os.listdir('/proc/self/task')) - before
    assert [_slack(thread) for thread in new].count(1000) == 1
    assert _slack(os.getpid()) == usual


def _slack(thread):
    """Nanoseconds that Linux may wake a thread late."""
    try:
        with open(f'/proc/{thread}/timerslack_ns') as file:
            return int(file.read())
    except OSError:  # it has ended
        return None

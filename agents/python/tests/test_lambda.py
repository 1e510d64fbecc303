"""On AWS Lambda: sampled while invoked, reported at the end of an invocation, and never in the handler's way."""

import time

import pytest
from conftest import agent_environment, nodes_of, until

from wick_agent import agent as agent_module
from wick_agent import aws_lambda, fleet, with_lambda_profiler
from wick_agent.log import Log


@pytest.fixture(autouse=True)
def process_of_its_own(monkeypatch):
    """A process has one profiler."""
    monkeypatch.setattr(aws_lambda, '_profiler', None)


class Context:
    invoked_function_arn = 'arn:aws:lambda:us-east-1:000000000000:function:fn'
    aws_request_id = 'request'

    @staticmethod
    def get_remaining_time_in_millis():
        return 2999


def environment(url, **more):
    told = agent_environment(
        url, LAMBDA_TASK_ROOT='/var/task', LAMBDA_RUNTIME_DIR='/var/runtime', AWS_LAMBDA_FUNCTION_NAME='fn', **more
    )
    del told['AWS_CODEGURU_PROFILER_GROUP_NAME']
    return told


def test_profiles_hold_the_time_of_invocations_only(scripted_server):
    scripted_server.configuration = {
        'shouldProfile': True,
        'periodInSeconds': 1,
        'agentParameters': {'SamplingIntervalInMilliseconds': '20', 'MinimumTimeForReportingInMilliseconds': '900'},
    }

    @with_lambda_profiler(environment=environment(scripted_server.url))
    def handler(event, context):
        """Says hello."""
        end = time.monotonic() + event
        while time.monotonic() < end:
            sum(range(100))
        return 'hello'

    assert handler.__doc__ == 'Says hello.'
    for _ in range(8):
        assert handler(0.25, Context) == 'hello'
        time.sleep(0.1)
    handler.__wick_profiler__._agent.stop()
    asked = [request for request in scripted_server.requests if 'configureAgent' in request.path]
    assert asked[0].path == '/profilingGroups/aws-lambda-fn/configureAgent'
    assert asked[0].json['metadata']['ComputePlatform'] == 'AWSLambda'
    assert asked[0].json['metadata']['LambdaRemainingTimeInMilliseconds'] == '2999'
    assert asked[0].json['fleetInstanceId'] == Context.invoked_function_arn
    # On a busy machine the first has little but the start.
    profile = max(
        (request.json for request in scripted_server.profiles), key=lambda posted: posted['agentMetadata']['durationInMs']
    )
    assert profile['agentMetadata']['fleetInfo']['computeType'] == 'aws_lambda'
    # A second by the clock and at most an invocation more, a quarter of it between invocations.
    active = profile['agentMetadata']['durationInMs']
    # The handler computes all the time: that is not the agent's.
    assert profile['agentMetadata']['agentOverhead']['timeInMs'] < active / 2
    assert active >= 200
    assert profile['end'] - profile['start'] > active + 150
    assert any(path[-1].endswith(':handler') for path, node in nodes_of(profile) if node.get('counts'))
    assert not any('profiled' in name for path, _ in nodes_of(profile) for name in path)


@pytest.mark.parametrize('silent', ['server', 'platform'])
def test_a_silent_server_gets_at_most_half_of_the_time_that_is_left(silent, scripted_server, monkeypatch):
    # So that it is the invocation's time that ends the waiting, and not what a report may take anyway.
    monkeypatch.setattr(aws_lambda, 'REPORT_SECONDS', 60)
    monkeypatch.setattr(fleet, '_SECONDS', 60)
    scripted_server.answers = lambda _: time.sleep(60)
    told = environment(scripted_server.url)
    if silent == 'platform':
        del told['LAMBDA_TASK_ROOT']
        told.update(ECS_CONTAINER_METADATA_URI_V4=scripted_server.url, AWS_CODEGURU_PROFILER_GROUP_NAME='group')

    class Hurried(Context):
        @staticmethod
        def get_remaining_time_in_millis():
            return 1000

    handler = with_lambda_profiler(environment=told)(lambda event, context: event)
    began = time.monotonic()
    assert handler(1, Hurried) == 1
    assert time.monotonic() - began < 20
    assert scripted_server.requests
    handler.__wick_profiler__._agent.stop()


def test_an_invocation_with_no_time_left_asks_nobody(scripted_server):
    class Late(Context):
        @staticmethod
        def get_remaining_time_in_millis():
            return 0

    handler = with_lambda_profiler(environment=environment(scripted_server.url))(lambda event, context: event)
    assert handler(1, Late) == 1
    assert scripted_server.requests == []
    handler.__wick_profiler__._agent.stop()


def test_a_group_that_is_missing_is_made(scripted_server):
    made = []

    def answers(request):
        if request.path.startswith('/profilingGroups?'):
            made.append(request.json)
            return 201, {}, b'{}'
        if not made:
            return 404, {'x-amzn-ErrorType': 'ResourceNotFoundException'}, b'{}'
        return scripted_server.willing(request)

    scripted_server.answers = answers
    handler = with_lambda_profiler(environment=environment(scripted_server.url))(lambda event, context: event)
    for at in range(3):
        assert handler(at, Context) == at
    handler.__wick_profiler__._agent.stop()
    assert made == [{'profilingGroupName': 'aws-lambda-fn', 'computePlatform': 'AWSLambda'}]


def test_errors_of_the_handler_are_its_own(scripted_server):
    @with_lambda_profiler(environment=environment(scripted_server.url))
    def failing(event, context):
        raise KeyError(event)

    for _ in range(2):
        with pytest.raises(KeyError):
            failing('x', None)
    failing.__wick_profiler__._agent.stop()


def test_a_server_that_cannot_be_reached_is_nothing_to_the_handler():
    @with_lambda_profiler(environment=environment('http://127.0.0.1:1'))
    def unreachable(event, context):
        return event

    assert unreachable(1, Context) == 1
    unreachable.__wick_profiler__._agent.stop()


def test_a_function_that_is_not_to_be_profiled_is_not(scripted_server):
    handler = with_lambda_profiler(environment=environment(scripted_server.url, AWS_CODEGURU_PROFILER_ENABLED='false'))(
        lambda event, context: event
    )
    assert handler(1, Context) == 1
    assert scripted_server.requests == []


def test_a_kill_switch_that_is_thrown_at_the_first_invocation_is_waited_for(scripted_server, tmp_path, monkeypatch):
    monkeypatch.setattr(agent_module, 'KILL_SWITCH_SECONDS', 0.05)
    switch = tmp_path / 'killProfiler'
    switch.touch()
    told = environment(scripted_server.url, WICK_KILL_SWITCH_FILE=str(switch))
    handler = with_lambda_profiler(environment=told)(lambda event, context: time.sleep(event))
    for _ in range(3):
        handler(0.1, Context)
    agent = handler.__wick_profiler__._agent
    assert (agent.sampler.tree.ticks, scripted_server.requests) == (0, [])
    switch.unlink()

    def is_reporting():
        handler(0.2, Context)
        return scripted_server.requests and agent.sampler.tree.ticks

    until('samples and a question', is_reporting)
    agent.stop()


def test_all_handlers_of_a_process_share_a_sampler(scripted_server, monkeypatch):
    started = []
    monkeypatch.setattr(agent_module.native, 'start_deaf_threads', lambda _, threads: started.extend(threads))
    told = environment(scripted_server.url)
    handlers = [with_lambda_profiler(environment=told)(lambda event, context, at=at: (at, event)) for at in range(3)]
    assert [handler('x', Context) for handler in handlers] == [(0, 'x'), (1, 'x'), (2, 'x')]
    assert len(started) == 1


def test_the_arguments_of_the_first_decorator_hold_and_others_are_said_once(scripted_server):
    lines = []
    first = with_lambda_profiler(environment=environment(scripted_server.url))(lambda event, context: event)
    first.__wick_profiler__._log = Log('info', lines.append)
    same = with_lambda_profiler(environment=environment(scripted_server.url))(lambda event, context: event)
    assert lines == []
    for name in ('mine', 'other'):
        other = with_lambda_profiler(profiling_group_name=name, environment={})(lambda event, context: event)
    assert first(1, Context) == same(1, Context) == other(1, Context) == 1
    first.__wick_profiler__._agent.stop()
    assert ['other arguments' in line for line in lines].count(True) == 1
    assert {request.path for request in scripted_server.requests} == {'/profilingGroups/aws-lambda-fn/configureAgent'}


def test_a_handler_within_another_is_part_of_its_invocation(scripted_server):
    told = environment(scripted_server.url)
    agents = []

    @with_lambda_profiler(environment=told)
    def inner(event, context):
        return event

    @with_lambda_profiler(environment=told)
    def outer(event, context):
        found = inner(event, context)
        agents.append(outer.__wick_profiler__._agent)
        assert scripted_server.requests == []
        assert not agents[0].is_paused
        return found

    assert outer(1, Context) == 1
    agents[0].stop()
    assert scripted_server.requests
    assert agents[0].is_paused

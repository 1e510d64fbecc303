"""What the agent is told, and by whom it is told so."""

import pytest

from wick_agent.credentials.metadata import instance_host
from wick_agent.labels import parse_labels
from wick_agent.settings import Orders, Settings

ARN = 'arn:aws:codeguru-profiler:eu-west-1:000000000000:profilingGroup/from-arn'


def settings(environment=None, *arguments, **more):
    return Settings(*arguments, environment=environment or {}, **more)


def test_an_argument_wins_over_the_arn_and_the_arn_over_name_and_region():
    environment = {
        'AWS_CODEGURU_PROFILER_GROUP_ARN': ARN,
        'AWS_CODEGURU_PROFILER_GROUP_NAME': 'from-name',
        'AWS_CODEGURU_PROFILER_TARGET_REGION': 'us-west-2',
    }
    assert (settings(environment).group, settings(environment).region) == ('from-arn', 'eu-west-1')
    given = settings(environment, 'given', 'ap-south-1')
    assert (given.group, given.region) == ('given', 'ap-south-1')
    del environment['AWS_CODEGURU_PROFILER_GROUP_ARN']
    assert (settings(environment).group, settings(environment).region) == ('from-name', 'us-west-2')


def test_what_is_no_arn_of_a_group_is_said_and_not_used():
    said = settings(
        {'AWS_CODEGURU_PROFILER_GROUP_ARN': 'arn:aws:s3:::bucket', 'AWS_CODEGURU_PROFILER_GROUP_NAME': 'name'}
    )
    assert said.group == 'name'
    assert 'AWS_CODEGURU_PROFILER_GROUP_ARN' in said.complaints[0]


def test_the_endpoint_of_the_service_wins_over_the_one_for_all():
    environment = {'AWS_ENDPOINT_URL': 'http://all', 'AWS_ENDPOINT_URL_CODEGURUPROFILER': 'http://own'}
    assert settings(environment).endpoint == 'http://own'
    assert settings(environment, endpoint_url='http://given').endpoint == 'http://given'
    assert settings({**environment, 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS': 'true'}).endpoint is None


@pytest.mark.parametrize(
    ('endpoint', 'used'),
    [
        ('https://user:hunter2@wick.example:8443/x', 'https://wick.example:8443/x'),
        ('http://user:hun@ter2/x@wick.example', 'http://wick.example'),
        ('user:hunter2@wick.example', 'wick.example'),
        ('https://user@[::1]:8443', 'https://[::1]:8443'),
        ('https://user:hunter2/x@wick.example/y', 'https://wick.example/y'),
        ('https://user:hun?ter2@wick.example', 'https://wick.example'),
        ('https://user:hunter2@', 'https://'),
        # Either of both may be the password's: nothing of it is said.
        ('https://user:hunter2@wick.example/hun@ter', 'https://ter'),
    ],
)
def test_a_user_in_the_endpoint_is_left_out_and_not_said(endpoint, used):
    found = settings({'AWS_ENDPOINT_URL': endpoint})
    assert found.endpoint == used
    assert 'names a user' in found.complaints[0] and 'hun' not in found.complaints[0]


@pytest.mark.parametrize(
    'endpoint',
    [
        'https://wick.example/teams/a@b',
        'https://wick.example:8443/a@b/c@d',
        'http://[::1]:8443/@b',
        'https://wick.example?team=a@b',
        'wick.example:8443/a@b',
    ],
)
def test_an_at_in_the_path_of_the_endpoint_is_no_users(endpoint):
    found = settings({'AWS_ENDPOINT_URL': endpoint})
    assert (found.endpoint, found.complaints) == (endpoint, [])


@pytest.mark.parametrize(
    ('text', 'enabled'), [(None, True), ('true', True), ('TRUE', True), ('false', False), ('yes', False), ('', True)]
)
def test_enabled_means_true_or_not_said(text, enabled):
    environment = {} if text is None else {'AWS_CODEGURU_PROFILER_ENABLED': text}
    assert settings(environment).enabled is enabled


def test_an_empty_variable_says_nothing():
    assert settings({'WICK_ADAPT_SWITCH_INTERVAL': ''}).adapt_switch_interval
    assert not settings({'WICK_ADAPT_SWITCH_INTERVAL': 'false'}).adapt_switch_interval
    assert instance_host({'AWS_EC2_METADATA_SERVICE_ENDPOINT': ''}) == instance_host({}) == 'http://169.254.169.254'


def test_a_number_that_is_none_is_said_and_the_default_used():
    said = settings(
        {'AWS_CODEGURU_PROFILER_SAMPLING_INTERVAL_MS': 'fast', 'AWS_CODEGURU_PROFILER_REPORTING_INTERVAL_MS': '5000'}
    )
    assert said.sampling_interval_ms is None
    assert said.reporting_interval_ms == 5000
    assert len(said.complaints) == 1


def test_a_log_that_is_off_is_off_for_arguments_of_the_wrong_kind_too(monkeypatch):
    monkeypatch.setenv('WICK_LOG_LEVEL', 'OFF')
    found = settings(region_name=7)
    assert (found.flaw, found.log_level) == ('region_name is of type int, not str', 'off')


def test_a_function_of_lambda_has_a_group_of_its_own():
    environment = {
        'LAMBDA_TASK_ROOT': '/var/task',
        'LAMBDA_RUNTIME_DIR': '/var/runtime',
        'AWS_LAMBDA_FUNCTION_NAME': 'fn',
    }
    assert settings(environment).group == 'aws-lambda-fn'


def test_labels_within_the_limits_are_kept_and_the_others_named():
    labels, wrong = parse_labels('version=1.2=3, environment=prod,,=x,novalue,' + 'k' * 65 + '=v,long=' + 'v' * 257)
    assert labels == {'version': '1.2=3', 'environment': 'prod'}
    assert len(wrong) == 4
    labels, wrong = parse_labels(','.join(f'k{n}=v' for n in range(17)))
    assert len(labels) == 16
    assert 'more than 16' in wrong[0]


def orders(*answers, environment=None):
    told = settings(environment)
    found = Orders(told)
    for answer in answers:
        found.take(answer, told)
    return found


def test_answers_are_merged_one_over_the_other():
    found = orders(
        {'shouldProfile': False, 'periodInSeconds': 60, 'agentParameters': {'SamplingIntervalInMilliseconds': '100'}},
        {'agentParameters': {'MaxStackDepth': '7', 'MinimumTimeForReportingInMilliseconds': 500}},
    )
    assert (found.should_profile, found.period_ms, found.sampling_interval_ms) == (False, 60_000, 100)
    assert (found.max_stack_depth, found.minimum_reporting_ms) == (7, 500)


@pytest.mark.parametrize(
    'answer',
    [
        None, [], 'text', {'shouldProfile': 'yes'}, {'periodInSeconds': None}, {'periodInSeconds': []}, {'agentParameters': 'x'},
        {'agentParameters': {'SamplingIntervalInMilliseconds': 'soon', 'MaxStackDepth': {}, 'MemoryUsageLimitPercent': True}},
        {'periodInSeconds': float('nan')}, {'periodInSeconds': float('inf')},
    ],
)  # fmt: skip
def test_an_answer_without_sense_changes_nothing(answer):
    found, usual = orders(answer), orders()
    assert [getattr(found, name) for name in Orders.__slots__] == [getattr(usual, name) for name in Orders.__slots__]


def test_numbers_out_of_bounds_are_moved_into_them():
    found = orders(
        {'periodInSeconds': 10**9, 'agentParameters': {'SamplingIntervalInMilliseconds': '0', 'MaxStackDepth': '99999'}}
    )
    assert (found.period_ms, found.sampling_interval_ms, found.max_stack_depth) == (86_400_000, 10, 1024)


def test_the_users_own_interval_wins_over_the_servers():
    environment = {
        'AWS_CODEGURU_PROFILER_SAMPLING_INTERVAL_MS': '20',
        'AWS_CODEGURU_PROFILER_REPORTING_INTERVAL_MS': '2000',
    }
    found = orders(
        {'periodInSeconds': 60, 'agentParameters': {'SamplingIntervalInMilliseconds': '100'}}, environment=environment
    )
    assert (found.sampling_interval_ms, found.period_ms) == (20, 2000)

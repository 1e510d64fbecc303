"""What the agent is told: arguments win over the environment, the environment over AWS's shared configuration file.

The file is read later (`credentials/shared_files.py`), by the thread that reports: a start must not wait for a disk.
"""

import os
import re
from collections.abc import Mapping

from .labels import check_labels, parse_labels

DEFAULT_SAMPLING_INTERVAL_MS = 1000
DEFAULT_REPORTING_INTERVAL_MS = 300_000
DEFAULT_MINIMUM_REPORTING_MS = 60_000
DEFAULT_MAX_STACK_DEPTH = 1000
DEFAULT_CPU_LIMIT_PERCENT = 10
DEFAULT_MAX_THREADS = 100
LOWEST_SAMPLING_INTERVAL_MS = 10
KILL_SWITCH_FILE = '/var/tmp/killProfiler'


class Settings:
    """Settled before the start; what the server says of sampling and reporting is in `Orders`."""

    __slots__ = (
        'group', 'region', 'endpoint', 'ca_bundle', 'client_certificate', 'client_key', 'enabled', 'labels',
        'credential_profile', 'is_profile_given', 'aws_session', 'sampling_interval_ms', 'reporting_interval_ms', 'max_threads',
        'initial_delay_seconds', 'kill_switch_file', 'log_level', 'flush_on_sigterm', 'adapt_switch_interval', 'task_names',
        'environment', 'complaints', 'flaw',
    )  # fmt: skip

    def __init__(
        self,
        profiling_group_name=None,
        region_name=None,
        *,
        endpoint_url=None,
        ca_bundle=None,
        client_certificate=None,
        client_key=None,
        enabled=None,
        labels=None,
        credential_profile=None,
        aws_session=None,
        sampling_interval_ms=None,
        reporting_interval_ms=None,
        max_threads=DEFAULT_MAX_THREADS,
        initial_delay_seconds=None,
        kill_switch_file=None,
        log_level=None,
        flush_on_sigterm=None,
        adapt_switch_interval=None,
        task_names=None,
        environment=None,
    ):
        self.complaints = []
        # Why nothing may start; None where all is well.
        self.flaw = None
        self._check((Mapping,), environment=environment, labels=labels)
        self._check(
            (str,),
            profiling_group_name=profiling_group_name,
            region_name=region_name,
            endpoint_url=endpoint_url,
            credential_profile=credential_profile,
            log_level=log_level,
        )
        self._check(
            (str, os.PathLike),
            ca_bundle=ca_bundle,
            client_certificate=client_certificate,
            client_key=client_key,
            kill_switch_file=kill_switch_file,
        )
        self._check(
            (bool, int),
            enabled=enabled,
            flush_on_sigterm=flush_on_sigterm,
            adapt_switch_interval=adapt_switch_interval,
            task_names=task_names,
        )
        if self.flaw is not None:
            # What is needed to say so.
            said = log_level if isinstance(log_level, str) else os.environ.get('WICK_LOG_LEVEL')
            self.log_level = (said or 'info').lower()
            return
        env = dict(os.environ) if environment is None else environment
        self.environment = env
        arn_name, arn_region = self._from_arn(env.get('AWS_CODEGURU_PROFILER_GROUP_ARN'))
        self.group = profiling_group_name or arn_name or env.get('AWS_CODEGURU_PROFILER_GROUP_NAME') or None
        if self.group is None and 'LAMBDA_TASK_ROOT' in env and 'LAMBDA_RUNTIME_DIR' in env:
            self.group = (
                f'aws-lambda-{env["AWS_LAMBDA_FUNCTION_NAME"]}' if env.get('AWS_LAMBDA_FUNCTION_NAME') else None
            )
        self.region = (
            region_name
            or arn_region
            or env.get('AWS_CODEGURU_PROFILER_TARGET_REGION')
            or env.get('AWS_REGION')
            or env.get('AWS_DEFAULT_REGION')
            or None
        )
        self.endpoint = endpoint_url or None
        if self.endpoint is None and not _is_true(env.get('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS')):
            self.endpoint = env.get('AWS_ENDPOINT_URL_CODEGURUPROFILER') or env.get('AWS_ENDPOINT_URL') or None
        if self.endpoint is not None and without_user(self.endpoint) != self.endpoint:
            self.endpoint = without_user(self.endpoint)
            self.complaints.append('the endpoint names a user, which is left out: agents sign what they send')
        self.ca_bundle = ca_bundle or env.get('AWS_CA_BUNDLE') or None
        self.client_certificate = client_certificate or env.get('WICK_CLIENT_CERTIFICATE') or None
        self.client_key = client_key or env.get('WICK_CLIENT_KEY') or None
        said = env.get('AWS_CODEGURU_PROFILER_ENABLED')
        self.enabled = enabled if enabled is not None else (not said or said.strip().lower() == 'true')
        # As argument, and so before keys of the environment.
        self.is_profile_given = bool(credential_profile)
        self.credential_profile = credential_profile or env.get('AWS_PROFILE') or env.get('AWS_DEFAULT_PROFILE') or None
        self.aws_session = aws_session
        self.sampling_interval_ms = self._number(
            sampling_interval_ms, 'AWS_CODEGURU_PROFILER_SAMPLING_INTERVAL_MS', LOWEST_SAMPLING_INTERVAL_MS
        )
        self.reporting_interval_ms = self._number(
            reporting_interval_ms, 'AWS_CODEGURU_PROFILER_REPORTING_INTERVAL_MS', 1000
        )
        self.max_threads = self._whole_number(max_threads, 'max_threads', 1) or DEFAULT_MAX_THREADS
        self.initial_delay_seconds = self._number(initial_delay_seconds, 'WICK_INITIAL_DELAY_SECONDS', 0)
        self.kill_switch_file = kill_switch_file or env.get('WICK_KILL_SWITCH_FILE') or KILL_SWITCH_FILE
        self.log_level = (log_level or env.get('WICK_LOG_LEVEL') or 'info').lower()
        self.flush_on_sigterm = (
            flush_on_sigterm if flush_on_sigterm is not None else _is_true(env.get('WICK_FLUSH_ON_SIGTERM'))
        )
        said = env.get('WICK_ADAPT_SWITCH_INTERVAL')
        self.adapt_switch_interval = (
            adapt_switch_interval if adapt_switch_interval is not None else not said or _is_true(said)
        )
        self.task_names = task_names if task_names is not None else _is_true(env.get('WICK_TASK_NAMES'))
        self.labels, wrong = parse_labels(env.get('WICK_LABELS', '')) if labels is None else check_labels(labels)
        self.complaints += wrong

    def _check(self, kinds, **arguments):
        """The program goes on whatever it gives us, and so nothing is raised."""
        for name, value in arguments.items():
            if value is not None and not isinstance(value, kinds):
                self.flaw = f'{name} is of type {type(value).__name__}, not {kinds[0].__name__}'

    def _number(self, given, variable, least):
        """A whole number of at least `least`, or None where nobody says."""
        return self._whole_number(given if given is not None else self.environment.get(variable), variable, least)

    def _whole_number(self, value, name, least):
        if value is None or value == '':
            return None
        try:
            number = int(value)
        except (TypeError, ValueError, OverflowError):
            self.complaints.append(f'{name} is not a whole number: {str(value)[:40]!r}; the default is used')
            return None
        if number < least:
            self.complaints.append(f'{name} is less than {least}; {least} is used')
        return max(least, number)

    def _from_arn(self, arn):
        """(group, region) of `arn:aws:codeguru-profiler:REGION:ACCOUNT:profilingGroup/NAME`."""
        if not arn:
            return None, None
        parts = arn.split(':', 5)
        kind, slash, name = parts[5].partition('/') if len(parts) == 6 else ('', '', '')
        if parts[0] != 'arn' or kind != 'profilingGroup' or not slash or not name:
            self.complaints.append(
                f'AWS_CODEGURU_PROFILER_GROUP_ARN is not the ARN of a profiling group: {arn[:120]!r}'
            )
            return None, None
        return name, parts[3] or None


_SCHEME = re.compile(r'(?:[A-Za-z][A-Za-z0-9+.-]*:)?//|')
_HOST = re.compile(r'(?:\[[^]@/?#]*]|[^]\[:@/?#]*)(?::[0-9]*)?(?:[/?#]|$)')


def without_user(url):
    """An address that may be said aloud.

    Passwords are not always encoded as they should be, and may hold `/` and `@`: only behind what can be nothing but a host is an `@`
    the path's own. Everything up to the last one is left out otherwise.
    """
    start = _SCHEME.match(url).end()
    return url if _HOST.match(url, start) else url[:start] + url[start:].rpartition('@')[2]


def _is_true(text):
    return text is not None and text.strip().lower() in ('true', '1', 'yes', 'on')


class Orders:
    """How to sample and report: the server's answer to ConfigureAgent over the defaults, the user's own settings over both."""

    __slots__ = (
        'should_profile', 'period_ms', 'sampling_interval_ms', 'minimum_reporting_ms', 'max_stack_depth', 'cpu_limit_percent',
    )  # fmt: skip

    def __init__(self, settings):
        self.should_profile = True
        self.period_ms = settings.reporting_interval_ms or DEFAULT_REPORTING_INTERVAL_MS
        self.sampling_interval_ms = settings.sampling_interval_ms or DEFAULT_SAMPLING_INTERVAL_MS
        self.minimum_reporting_ms = DEFAULT_MINIMUM_REPORTING_MS
        self.max_stack_depth = DEFAULT_MAX_STACK_DEPTH
        self.cpu_limit_percent = DEFAULT_CPU_LIMIT_PERCENT

    @property
    def least_seconds(self):
        """A profile is no shorter, unless it is the last one."""
        return min(self.minimum_reporting_ms, self.period_ms) / 1000

    def take(self, answer, settings):
        """Merges an answer over what holds. What is missing or makes no sense leaves the old value, as AWS's agent does."""
        if not isinstance(answer, dict):
            return
        if isinstance(answer.get('shouldProfile'), bool):
            self.should_profile = answer['shouldProfile']
        parameters = answer.get('agentParameters')
        if not isinstance(parameters, dict):
            parameters = {}
        period = _whole(answer.get('periodInSeconds'), 1, 86_400)
        if period is not None:
            self.period_ms = period * 1000
        self.sampling_interval_ms = _either(
            _whole(parameters.get('SamplingIntervalInMilliseconds'), LOWEST_SAMPLING_INTERVAL_MS, 3_600_000),
            self.sampling_interval_ms,
        )
        self.minimum_reporting_ms = _either(
            _whole(parameters.get('MinimumTimeForReportingInMilliseconds'), 0, 86_400_000), self.minimum_reporting_ms
        )
        self.max_stack_depth = _either(_whole(parameters.get('MaxStackDepth'), 1, 1024), self.max_stack_depth)
        self.cpu_limit_percent = _either(
            _whole(parameters.get('MemoryUsageLimitPercent'), 1, 100), self.cpu_limit_percent
        )
        if settings.sampling_interval_ms is not None:
            self.sampling_interval_ms = settings.sampling_interval_ms
        if settings.reporting_interval_ms is not None:
            self.period_ms = settings.reporting_interval_ms


def _either(value, otherwise):
    return otherwise if value is None else value


def _whole(value, least, most):
    """A number or its text, within bounds (what lies outside is moved to the nearest one); None where it is neither."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = int(value)
    except (ValueError, OverflowError):
        return None
    return min(most, max(least, number))

"""AWS Lambda: a function is profiled while it is invoked, and reports between the handler's end and the answer.

Nothing may be under way while the function is frozen, so there is no reporting thread: what is due is done at the end of
an invocation, for two seconds at most, and never for more than half of the time that the invocation has left. Only the
time of invocations is sampled; a period goes by the clock.
"""

import functools
import os
import threading
import time
import uuid

from .agent import Agent
from .log import Log
from .settings import Settings

REPORT_SECONDS = 2.0
_function_arn = None
# Of this process: the first decorator's.
_profiler = None


def function_arn():
    """As the invocations say; None before the first one."""
    return _function_arn


def with_lambda_profiler(function=None, *, profiling_group_name=None, region_name=None, **settings):
    """Decorates a handler: `@with_lambda_profiler` or `@with_lambda_profiler(profiling_group_name='…')`.

    Without a name the group is AWS_CODEGURU_PROFILER_GROUP_NAME, else `aws-lambda-` and the function's name; it is made
    where it is missing. The handler's results and exceptions are its own, whatever the profiler does. All decorators of
    a process share one profiler, with the arguments of the first.
    """

    def decorate(handler):
        profiler = _profiler_of_process(profiling_group_name=profiling_group_name, region_name=region_name, **settings)

        @functools.wraps(handler)
        def profiled(event, context):
            profiler.begin(context)
            try:
                return handler(event, context)
            finally:
                profiler.end()

        profiler.barriers.add(profiled.__code__)
        profiled.__wick_profiler__ = profiler
        return profiled

    return decorate if function is None else decorate(function)


def _profiler_of_process(**settings):
    global _profiler
    if _profiler is None:
        _profiler = LambdaProfiler(**settings)
    else:
        _profiler.is_wanted_with(settings)
    return _profiler


class LambdaProfiler:
    """Of one function instance; invocations come one after the other, or one within the other."""

    def __init__(self, **settings):
        self._given = settings
        self._settings = Settings(**settings)
        self._log = Log(self._settings.log_level)
        # What calls the handler is Lambda's and ours.
        self.barriers = set()
        self._agent = None
        self._is_off = False
        self._context = None
        self._began = None
        self._previous_ms = None
        self._agent_id = str(uuid.uuid4())
        self._lock = threading.Lock()
        # Of decorated handlers, one called by the other.
        self._depth = 0
        self._depth_lock = threading.Lock()

    def is_wanted_with(self, settings):
        """By another decorator."""
        if settings != self._given:
            self._log.state(
                'decorators',
                'differ',
                'handlers are decorated with other arguments; the first ones hold for all',
                'warning',
            )

    def begin(self, context):
        """Raises nothing, as `end`, which is to follow."""
        global _function_arn
        if self._deeper(1) > 1:
            return
        try:
            self._context = context
            self._began = time.monotonic()
            _function_arn = getattr(context, 'invoked_function_arn', None) or _function_arn
            if self._is_off:
                return
            if self._agent is None:
                self._start()
            else:
                self._agent.thaw()
        except Exception as error:
            self._give_up(error)

    def end(self):
        if self._deeper(-1) > 0 or self._is_off or self._agent is None:
            return
        try:
            deadline = time.monotonic() + self._report_seconds()
            with self._lock:
                agent = self._agent
                agent.freeze()
                if agent.reporter is None:
                    if agent.is_killed:
                        return
                    self._make_reporter(deadline)
                agent.reporter.configuration_metadata = self._metadata()
                agent.reporter.step_between_invocations(deadline)
                self._previous_ms = round((time.monotonic() - self._began) * 1000)
        except Exception as error:
            self._give_up(error)

    def _deeper(self, by):
        with self._depth_lock:
            self._depth += by
            return self._depth

    def _start(self):
        settings = self._settings
        for complaint in settings.complaints:
            self._log.say(complaint, 'warning')
        if settings.flaw is not None or not settings.enabled or not settings.group:
            self._is_off = True
            self._log.say(f'off: {settings.flaw or "not enabled, or no profiling group"}')
            return
        self._agent = Agent(settings, self._log, self.barriers)
        self._agent.start(with_reporter=False)

    def _report_seconds(self):
        """A function that runs out of time is killed, its answer with it."""
        left_ms = self._remaining_ms()
        return REPORT_SECONDS if left_ms is None else min(REPORT_SECONDS, left_ms / 1000 / 2)

    def _remaining_ms(self):
        remaining = getattr(self._context, 'get_remaining_time_in_millis', None)
        return remaining() if callable(remaining) else None

    def _make_reporter(self, deadline):
        from .reporter import Reporter

        self._agent.reporter = Reporter(self._agent, deadline)
        self._agent.reporter.creates_group = True

    def _metadata(self):
        """What AWS's agents say of the function with each question."""
        environment, context = os.environ, self._context
        said = {
            'ComputePlatform': 'AWSLambda',
            'LambdaFunctionArn': _function_arn,
            'AgentId': self._agent_id,
            'LambdaMemoryLimitInMB': environment.get('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
            'ExecutionEnvironment': environment.get('AWS_EXECUTION_ENV'),
            'AwsRequestId': getattr(context, 'aws_request_id', None),
            'LambdaPreviousExecutionTimeInMilliseconds': self._previous_ms,
            'LambdaRemainingTimeInMilliseconds': self._remaining_ms(),
        }
        return {name: str(value) for name, value in said.items() if value is not None}

    def _give_up(self, error):
        self._is_off = True
        self._log.say(f'off after an error of its own: {type(error).__name__}: {error}', 'error')
        if self._agent is not None:
            self._agent.is_stopping = True

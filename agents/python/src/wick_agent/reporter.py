"""Asks the server how to sample, and sends what was sampled: one cycle a reporting period.

Loaded by the reporting thread, with everything that talks to a network.
"""

import datetime
import math
import os
import platform
import time

from . import __version__, native
from .chance import chance
from .credentials.chain import CredentialChain
from .credentials.errors import NoCredentials
from .credentials.shared_files import SharedFiles
from .encode import encode_profile
from .fleet import find_fleet
from .frame_names import FrameNames
from .http_exchange import HttpClient, Unreachable
from .outbox import Backoff, Outbox
from .server_clock import ServerClock
from .service import REQUEST_SECONDS, Misdirected, Refused, Service
from .settings import without_user
from .source_lines import SourceLines

_LONGEST_REST_SECONDS = 60.0
_NO_GROUP = ('ResourceNotFoundException', 'ValidationException')


class Reporter:
    """All of it happens in one thread; `http` may be shortened from others."""

    def __init__(self, agent, deadline=math.inf):
        """@param deadline: on the monotonic clock; where this runs is found out until then"""
        settings = agent.settings
        self.agent = agent
        self.log = agent.log
        self.outbox = Outbox(max_bytes=agent.outbox_bytes)
        files = SharedFiles(settings.environment)
        profile_name = settings.credential_profile or 'default'
        profile = files.profile(profile_name) or {}
        self.region = settings.region or profile.get('region') or 'us-east-1'
        self.endpoint = (
            settings.endpoint
            or without_user(files.endpoint_url(profile_name, 'codeguruprofiler') or '')
            or f'https://codeguru-profiler.{self.region}.amazonaws.com'
        )
        ca_bundle = settings.ca_bundle or profile.get('ca_bundle') or settings.environment.get('REQUESTS_CA_BUNDLE')
        self.http = HttpClient(ca_bundle, settings.client_certificate, settings.client_key, settings.environment)
        self.clock = ServerClock()
        chain = CredentialChain(settings, self.region, self.http, self.clock)
        self.service = Service(self.http, self.endpoint, self.region, chain, self.clock)
        platform_http = HttpClient()
        self.fleet = find_fleet(settings.environment, platform_http, deadline)
        platform_http.close()
        self.configuration_metadata = {}
        self.creates_group = False
        self.has_answer = False
        self._lines = SourceLines()
        self._overhead_reported_ns = 0
        # Of the time of the thread that this runs in.
        self._cpu_of_others_ns = 0
        self._asking = Backoff()
        self._sending = Backoff()
        self._is_off = not agent.orders.should_profile
        # Of the first cycle: fleets that start together report spread over the period.
        self._phase = chance.uniform(0.2, 1.0)
        self._ask_at = 0.0

    @property
    def _was_asked(self):
        """A server that never was may not want profiles: it is asked before anything is sent."""
        return self._ask_at > 0.0

    def run(self):
        agent = self.agent
        while not agent.is_stopping:
            try:
                self.step()
                self.log.note('reporting', 'well')
            except Exception as error:
                agent.failed('reporting', error)
                message = f'an error of its own: {agent.last_error}; it is tried again in a minute'
                self.log.state('reporting', 'failed', message, 'error')
                self._ask_at = time.monotonic() + 60
                self._sending.wait(60)
            agent.reporter_cpu_ns = time.thread_time_ns()
            agent.reporter_wakeup.wait(self._seconds_until_next_step())
        self.finish(agent.stop_deadline)

    def step(self):
        """What is due."""
        now = time.monotonic()
        if self.agent.is_killed:
            self._drop_profiles()
            return
        if not self._was_asked:
            if not self.agent.is_stopping:
                self.ask()
            return
        if self._seconds_until_report() <= 0:
            self._phase = 1.0
            self.agent.wants_early_report = False
            self._pack()
            self._ask_at = max(now, self._asking.not_before)
        while self.outbox and not self._sending.is_waiting and not self.agent.is_stopping:
            if not self._send():
                break
        if now >= self._ask_at and not self.agent.is_stopping:
            self.ask()

    def step_between_invocations(self, deadline):
        """As `step`, where nothing may go on in the background.

        A period goes by the clock: a sandbox that is called rarely would end before its calls had taken one. What is less
        than half a count waits for more.
        """
        agent = self.agent
        # The thread is the handler's, and most of what it used too.
        self._cpu_of_others_ns = time.thread_time_ns() - agent.reporter_cpu_ns
        try:
            self._step_between_invocations(deadline)
        finally:
            agent.reporter_cpu_ns = time.thread_time_ns() - self._cpu_of_others_ns

    def _step_between_invocations(self, deadline):
        agent = self.agent
        if agent.is_killed:
            self._drop_profiles()
            return
        is_first = not self._was_asked
        if is_first:
            self._ask_in_time(deadline)
        is_half_a_count = agent.sampler.tree.active_ns >= agent.orders.sampling_interval_ms * 500_000
        is_due = is_half_a_count and not self._is_off and agent.window.seconds() >= self._window_seconds()
        if is_due:
            self._phase = 1.0
            self._pack()
        while self.outbox and not self._sending.is_waiting and self._left(deadline) > 0:
            if not self._send(self._left(deadline)):
                break
        now = time.monotonic()
        if not is_first and now >= self._asking.not_before and (is_due or now >= self._ask_at):
            self._ask_in_time(deadline)

    def _ask_in_time(self, deadline):
        """Once more where the group was missing and has been made."""
        for _ in range(2):
            if self._left(deadline) <= 0 or self.ask(self._left(deadline)) or self._was_asked:
                return

    def ask(self, seconds=REQUEST_SECONDS):
        """ConfigureAgent. @returns whether the server answered with a configuration"""
        agent = self.agent
        deadline = time.monotonic() + seconds
        try:
            answer = self.service.configure_agent(
                agent.settings.group, self.fleet.id, self.configuration_metadata, seconds
            )
        except Refused as refused:
            if refused.code in _NO_GROUP and self._may_create_group(refused, deadline - time.monotonic()):
                return False
            if refused.code in _NO_GROUP:
                agent.orders.should_profile = False
            self._asked_in_vain(refused, refused.is_temporary, refused.retry_after)
            self._follow_orders()
            return False
        except (Unreachable, NoCredentials) as error:
            self._asked_in_vain(error, True, None)
            return False
        self._asking.succeeded()
        self.has_answer = True
        agent.orders.take(answer, agent.settings)
        self._ask_at = time.monotonic() + agent.orders.period_ms / 1000
        self._follow_orders()
        if answer:
            self._say_answered()
        else:
            self._say_failed('asking', Misdirected('An answer without a configuration'))
        return True

    def finish(self, deadline):
        """At the end of the program: what is there is sent, if the server wants it and answers in time."""
        agent = self.agent
        if agent.is_killed or self._is_off:
            return
        if not self.has_answer and not self.agent.standing.has('denied'):
            if not agent.sampler.tree.ticks:
                return
            if self._waits_as_told(self._asking, deadline):
                self.ask(self._left(deadline))
            if not agent.orders.should_profile or not self._waits_as_told(self._asking, deadline):
                return
        self._pack()
        while self.outbox and self._waits_as_told(self._sending, deadline):
            if not self._send(self._left(deadline)):
                break
        self.http.close()

    def _waits_as_told(self, backoff, deadline):
        """For as long as the server said. @returns whether there is time for a request then; where there is not, nothing is waited for"""
        seconds = max(0.0, backoff.told_not_before - time.monotonic())
        if self._left(deadline) <= seconds:
            return False
        native.Wakeup().wait(seconds)
        return True

    def _left(self, deadline):
        """Seconds for a request; some are for what comes after it."""
        return deadline - time.monotonic() - 0.05

    def _say_answered(self):
        orders = self.agent.orders
        if not orders.should_profile:
            message = f'profiling of {self.agent.settings.group} is switched off at the server; it is asked again every {orders.period_ms // 1000} s'
            self.agent.standing.succeeds('asking', 'off', message)
        else:
            self.agent.standing.succeeds(
                'asking',
                'on',
                f'profiling group {self.agent.settings.group} at {self.endpoint}: '
                f'a profile every {orders.period_ms // 1000} s, one count is {orders.sampling_interval_ms} ms of a thread',
            )

    def _asked_in_vain(self, error, is_temporary, retry_after):
        if is_temporary:
            self._asking.failed(retry_after)
        else:
            self._asking.wait(self.agent.orders.period_ms / 1000)
        self._ask_at = self._asking.not_before
        self._say_failed('asking', error)

    def _say_failed(self, subject, error):
        trouble, advice = _advice(error, self.agent.settings.group, self.region, self.endpoint)
        self.agent.standing.fails(subject, trouble, f'{error}. {advice}')

    def _follow_orders(self):
        orders = self.agent.orders
        was_off, self._is_off = self._is_off, not orders.should_profile
        if self._is_off and not was_off:
            # What was sampled before the server said no is not wanted.
            self.agent.take_tree()
            self._drop_profiles()
        elif was_off and not self._is_off:
            self.agent.take_tree(self.clock.error)
        self.agent.obey()

    def _drop_profiles(self):
        self.outbox.clear()
        self.agent.standing.forget('sending')

    def _seconds_until_report(self):
        """Less than none where it is due; inf where nothing is sampled that could be reported."""
        agent = self.agent
        if self._is_off or (agent.is_paused and not agent.sampler.tree.ticks):
            return math.inf
        # Of a pause nobody knows how long it will be: what was sampled before does not wait for its end.
        length = agent.orders.least_seconds if agent.is_paused else self._window_seconds()
        return length - agent.window.seconds()

    def _window_seconds(self):
        return self.agent.orders.least_seconds if self.agent.wants_early_report else self._cycle_seconds()

    def _cycle_seconds(self):
        orders = self.agent.orders
        return max(self._phase * orders.period_ms / 1000, orders.least_seconds)

    def _seconds_until_next_step(self):
        if self.agent.is_killed:
            return _LONGEST_REST_SECONDS  # woken when the file is gone
        now = time.monotonic()
        times = [self._ask_at - now, self._seconds_until_report()]
        if self.outbox:
            times.append(self._sending.not_before - now)
        return min(_LONGEST_REST_SECONDS, max(0.02, min(times)))

    def _pack(self):
        """Encodes what was sampled since the last time, and puts it with what is to be sent."""
        agent = self.agent
        interval_ms = agent.orders.sampling_interval_ms
        tree, start, end = agent.take_tree(self.clock.error)
        if tree.ticks == 0 or tree.threads_seen == 0:
            return
        active_ns = max(tree.active_ns, 1_000_000)
        scale = active_ns / 1e6 / tree.ticks / interval_ms
        began = time.thread_time_ns()
        body, _ = encode_profile(
            tree,
            FrameNames(),
            self._lines,
            scale,
            {'start': start, 'end': end, 'agentMetadata': self._metadata(tree, interval_ms)},
            {'debugInfo': self._debug_info(began)},
        )
        self.outbox.add(body)
        agent.errors = 0

    def _metadata(self, tree, interval_ms):
        agent = self.agent
        overhead_ns = agent.sampler_cpu_ns + time.thread_time_ns() - self._cpu_of_others_ns
        spent_ms = (overhead_ns - self._overhead_reported_ns) // 1_000_000
        self._overhead_reported_ns = overhead_ns
        active_ms = tree.active_ns // 1_000_000
        metadata = {
            'sampleWeights': {'WALL_TIME': 1000 / interval_ms},
            'durationInMs': active_ms,
            'fleetInfo': self.fleet.info,
            'agentInfo': {'type': 'wick-agent-python', 'version': __version__},
            'agentOverhead': {'memoryInMB': tree.estimated_bytes // (1024 * 1024), 'timeInMs': max(0, spent_ms)},
            'runtimeVersion': platform.python_version(),
            'cpuTimeInSeconds': tree.process_cpu_ns / 1e9,
            'metrics': {'numThreads': tree.threads_seen / tree.ticks},
            'numTimesSampled': max(1, round(active_ms / interval_ms)),
            'sampler': self._sampler_report(tree),
        }
        if agent.settings.labels:
            metadata['labels'] = agent.settings.labels
        return metadata

    def _sampler_report(self, tree):
        """How the counts came about: what was converted, left out, or is not as exact as usual."""
        sampler = self.agent.sampler
        report = {
            'engine': 'current-frames',
            'ticks': tree.ticks,
            'threadStates': 'cpu-clock' if sampler.has_thread_clocks else 'by-call',
            'threadWeight': tree.threads_seen / tree.threads_visited if tree.threads_visited else 1.0,
            'gilBiasedTicks': tree.biased_ticks,
        }
        # More than a tenth of the time: what is said of single functions may be wrong.
        if tree.biased_ticks * 10 > tree.ticks:
            report['bias'] = 'gil-biased'
        if tree.throttled_ticks:
            report['throttledTicks'] = tree.throttled_ticks
        if tree.folded_nodes:
            report['foldedNodes'] = tree.folded_nodes
        if tree.failed_ticks:
            report['failedTicks'] = tree.failed_ticks
        if self.outbox.dropped:
            report['droppedProfiles'] = self.outbox.dropped
        if self.agent.last_error:
            report['lastError'] = self.agent.last_error
        return report

    def _debug_info(self, began_ns):
        started = datetime.datetime.fromtimestamp(self.agent.started_ms / 1000, datetime.timezone.utc)
        return {
            'agentStartTime': started.strftime('%Y-%m-%dT%H:%M:%S.') + f'{self.agent.started_ms % 1000:03d}Z',
            'processId': os.getpid(),
            'errorsCount': {'errorsCount': self.agent.errors},
            'genericMetrics': {'encode_cpu': (time.thread_time_ns() - began_ns) / 1e9},
        }

    def _send(self, seconds=REQUEST_SECONDS):
        """The newest profile. @returns whether there is reason to go on at once"""
        token, body = self.outbox.newest()
        try:
            self.service.post_agent_profile(self.agent.settings.group, token, body, seconds)
        except Refused as refused:
            if refused.is_temporary:
                self._sending.failed(refused.retry_after)
            elif refused.status in (401, 403, 404) or refused.is_redirect:
                self._sending.wait(self.agent.orders.period_ms / 1000)
            else:
                # It will not become better: this one is given up, the others are tried.
                self.outbox.remove(token)
                self.outbox.dropped += 1
                self.agent.standing.forget('sending')
                self.log.state('profile', refused.code, f'a profile was refused and is dropped: {refused}', 'warning')
                return True
            self._say_failed('sending', refused)
            return False
        except (Unreachable, NoCredentials, Misdirected) as error:
            self._sending.failed()
            self._say_failed('sending', error)
            return False
        self.outbox.remove(token)
        self._sending.succeeded()
        self.log.note('profile', 'accepted')
        self.agent.standing.succeeds('sending', 'on', f'profiles are accepted by {self.endpoint}')
        return True

    def _may_create_group(self, refused, seconds):
        """On Lambda a group that is missing is made, as AWS's agents do."""
        if not self.creates_group or refused.code != 'ResourceNotFoundException':
            return False
        try:
            self.service.create_profiling_group(self.agent.settings.group, 'AWSLambda', seconds)
        except (Refused, Unreachable, NoCredentials) as error:
            self.log.state(
                'group',
                'missing',
                f'the profiling group {self.agent.settings.group} cannot be made: {error}',
                'warning',
            )
            if not (isinstance(error, Refused) and error.code == 'ConflictException'):
                return False
        self._ask_at = 0.0
        return True


def _advice(error, group, region, endpoint):
    """(trouble, what to do) for what went wrong."""
    if isinstance(error, NoCredentials):
        return 'no credentials', 'Samples are kept; credentials are looked for again'
    if isinstance(error, Unreachable):
        return 'unreachable', f'{endpoint} cannot be reached; up to 12 profiles are kept and sent later'
    if isinstance(error, Misdirected):
        return 'nonsense', (
            f'What answers at {endpoint} is not the profiling service: is it the right address, and is a proxy or a sign-in page '
            'in between? Up to 12 profiles that cannot be sent are kept and tried again'
        )
    if error.is_redirect:
        return 'redirected', _advice_on_redirect(error.location, endpoint)
    if error.code == 'ResourceNotFoundException':
        return (
            'no group',
            f'Nothing is sampled: create the profiling group {group} in {region}, or set AWS_CODEGURU_PROFILER_GROUP_NAME',
        )
    if error.code == 'ValidationException':
        return 'invalid', 'Nothing is sampled until the server accepts this agent for the group'
    if error.status in (401, 403):
        return 'denied', (
            f'The credentials need codeguru-profiler:ConfigureAgent and codeguru-profiler:PostAgentProfile on {group}; '
            'profiles are kept and tried once a period'
        )
    if error.status == 404:
        return 'not found', f'{endpoint} knows no such path: is it the address of a Wick server?'
    if error.is_temporary:
        return 'failing', f'{endpoint} is tried again, less and less often; up to 12 profiles are kept'
    return 'refused', f'{endpoint} is asked again once a period'


def _advice_on_redirect(location, endpoint):
    """None is followed: the signature is of the address that was asked."""
    kept = 'It is tried once a period; up to 12 profiles that cannot be sent are kept'
    if location is None or endpoint.lower().rstrip('/') == location.lower():
        return f'{endpoint} answers with a redirect: is it the right address, and is a proxy or a sign-in page in between? {kept}'
    return f'{endpoint} answers with a redirect to {location}: AWS_ENDPOINT_URL_CODEGURUPROFILER should be that address. {kept}'

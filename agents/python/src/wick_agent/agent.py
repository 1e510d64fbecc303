"""A running agent: one thread samples and does nothing else, another one reports.

They share the sampler under one lock, which is held for a tick or to take the tree away, never while something is
encoded or sent. A failure in either ends up in the log and in the agent's figures, not in the program.
"""

import os
import sys
import time

from . import native
from .cgroup import available_cpus, available_memory
from .chance import chance
from .cpu_budget import BUDGET_PERCENT, CpuBudget
from .sampler import Sampler
from .settings import DEFAULT_SAMPLING_INTERVAL_MS, Orders
from .standing import Standing
from .window import Window, wall_ms

INTERNAL_INTERVAL_MS = 100
FAILURES_IN_A_ROW = 3
KILL_SWITCH_SECONDS = 60.0
EXIT_SECONDS = 2.0
TREE_BYTES = 10 * 1024 * 1024
OUTBOX_BYTES = 5 * 1024 * 1024
# Of a container's memory, for the tree and for profiles that cannot be sent each.
MEMORY_SHARE = 0.02
INITIAL_DELAY_SECONDS = 30.0


class Agent:
    """Of one process. Started once; after a fork the child makes one of its own."""

    def __init__(self, settings, log, barriers=()):
        chance.seed()
        self.settings = settings
        self.log = log
        self.standing = Standing(log)
        self.orders = Orders(settings)
        self.lock = native.allocate_lock()
        # Held while modules are loaded: a child that is forked meanwhile could never load them.
        self.loading_lock = native.allocate_lock()
        memory = available_memory()
        self.outbox_bytes = within(memory, OUTBOX_BYTES)
        self.sampler = Sampler(
            settings.max_threads,
            self.orders.max_stack_depth,
            max_bytes=within(memory, TREE_BYTES),
            adapt_switch_interval=settings.adapt_switch_interval,
            names_tasks=settings.task_names,
        )
        self.sampler.barriers.update(map(id, barriers))
        self.window = Window()
        self.started_ms = wall_ms()
        self.budget = None
        self.is_stopping = False
        # When everything has to be over, on the monotonic clock; known once it stops.
        self.stop_deadline = 0.0
        self.is_killed = False
        self.is_paused = False
        self.wants_early_report = False
        self.errors = 0
        self.last_error = None
        self.sampler_cpu_ns = 0
        self.reporter_cpu_ns = 0
        self.process_cpu_from_ns = time.process_time_ns()
        self.cpus = 1.0
        self.reporter = None
        self._paused_at = 0.0
        self._rest_until = 0.0
        self._failures_in_a_row = 0
        self._kill_switch_at = 0.0
        self._sampler_wakeup = native.Wakeup()
        self.reporter_wakeup = native.Wakeup()
        self._reporter_done = native.Wakeup()
        self._has_reporter_ended = False
        self.after_tick = None

    def start(self, with_reporter=True):
        """@param with_reporter: False where somebody else reports, as on Lambda"""
        try:
            self._look_at_kill_switch()
            if native.may_be_patched():
                from . import reporter  # noqa: F401 - see unpatched.py
            self._has_reporter_ended = not with_reporter
            threads = (self._sample_until_stopped, self._report_until_stopped)
            native.start_deaf_threads(self._guarded, threads if with_reporter else threads[:1])
        except BaseException:
            self._end_threads(0.0)
            raise

    @property
    def is_sampling(self):
        return (
            self.orders.should_profile
            and not (self.is_paused or self.is_killed or self.is_stopping)
            and time.monotonic() >= self._rest_until
        )

    def pause(self):
        """Until `resume` nothing is sampled; what was sampled is reported as soon as a report may be."""
        if self.is_paused:
            return
        self._paused_at = time.monotonic()
        self.freeze()
        self.reporter_wakeup.wake()

    def resume(self):
        """A program may pause many times a minute: only a pause in which a report could be made ends the profile."""
        if not self.is_paused:
            return
        paused_seconds = time.monotonic() - self._paused_at
        if not self.sampler.tree.ticks or paused_seconds >= self.orders.least_seconds:
            self.begin_anew()
        self.thaw()

    def freeze(self):
        """At once: the process may be frozen right after, and that time is in no sample."""
        self.is_paused = True
        with self.lock:
            self.sampler.pause()
        self._sampler_wakeup.wake()

    def thaw(self):
        """The profile goes on."""
        self.is_paused = False
        self._sampler_wakeup.wake()

    def begin_anew(self):
        """After a break, which is in no profile: what was sampled before it and not reported is dropped."""
        with self.lock:
            self.sampler.rotate()
            self.window.restart(wall_ms())
        self.process_cpu_from_ns = time.process_time_ns()
        self.wants_early_report = False

    def stop(self, seconds=EXIT_SECONDS):
        """Ends both threads; the last profile is sent if that takes no longer than `seconds` in all."""
        if self.is_stopping:
            return
        self._end_threads(seconds)
        deadline = self.stop_deadline
        http = getattr(self.reporter, 'http', None)
        if http is not None:
            # What is being sent may be answered yet; half of the time is for the last profile.
            http.shorten(seconds / 2)
        while not self._has_reporter_ended and time.monotonic() < deadline:
            self._reporter_done.wait(deadline - time.monotonic())

    def _end_threads(self, seconds):
        self.stop_deadline = time.monotonic() + seconds
        self.is_stopping = True
        self._sampler_wakeup.wake()
        self.reporter_wakeup.wake()

    def rest(self, seconds, why):
        """No samples for a while."""
        self._rest_until = time.monotonic() + seconds
        self.log.say(f'{why}; it is tried again in {seconds:.0f} s', 'warning')

    def obey(self):
        """After the orders changed."""
        with self.lock:
            self.sampler.max_stack_depth = self.orders.max_stack_depth
        self._sampler_wakeup.wake()

    def take_tree(self, clock_error_seconds=0.0):
        """@returns (tree, start, end) since the last time; the tree has no ticks where nothing was sampled"""
        with self.lock:
            tree = self.sampler.rotate()
            start, end = self.window.cut(wall_ms(clock_error_seconds))
        cpu_ns = time.process_time_ns()
        tree.process_cpu_ns, self.process_cpu_from_ns = cpu_ns - self.process_cpu_from_ns, cpu_ns
        return tree, start, end

    def internal_interval_ms(self):
        """Between two ticks, on average: 100 ms, or what is configured where that is less; more where CPU is scarce."""
        interval = min(INTERNAL_INTERVAL_MS, self.orders.sampling_interval_ms)
        if self.cpus < 0.5:
            interval *= 2
        return interval * (self.budget.factor if self.budget else 1)

    def failed(self, what, error):
        """Takes note of an error of our own."""
        self.errors += 1
        self.last_error = f'{what}: {type(error).__name__}: {error}'[:300]
        self.log.debug(self.last_error)

    def _guarded(self, work):
        """Runs a thread. One alone is of no use: when an error ends it, the other ends too."""
        try:
            work()
        except BaseException as error:  # not even SystemExit may leave a thread of ours
            try:
                if not self.is_stopping:
                    self._end_threads(EXIT_SECONDS)
                self.failed('the agent', error)
                if sys is not None and not sys.is_finalizing():
                    self.log.say(f'stopped by an error of its own: {self.last_error}', 'error')
            except BaseException:
                pass

    def _sample_until_stopped(self):
        self.sampler.excluded.add(native.get_ident())
        # It also waits for the interpreter's lock, where lateness falls on code that lets go of it.
        native.be_punctual()
        self.cpus = available_cpus()
        self.budget = CpuBudget(cpus=self.cpus)
        is_first = True
        try:
            while not self.is_stopping:
                if not self.is_sampling:
                    self._wait_for_permission()
                    is_first = True
                    continue
                least = 0.0 if is_first else 0.5
                self._sampler_wakeup.wait(self.internal_interval_ms() / 1000 * chance.uniform(least, least + 1))
                is_first = False
                self._tick()
                self._look_at_kill_switch()
        finally:
            self.sampler.switch_interval.restore()

    def _wait_for_permission(self):
        with self.lock:
            self.sampler.pause()
        now = time.monotonic()
        ends = [at for at in (self._kill_switch_at, self._rest_until) if at > now]
        self._sampler_wakeup.wait(min(ends, default=now) - now)
        self._look_at_kill_switch()
        if self.is_sampling and self.budget is not None:
            self.budget.reset()

    def _tick(self):
        try:
            with self.lock:
                if not self.is_sampling:
                    return  # it was paused while the lock was waited for
                tree = self.sampler.tree
                is_folded = tree.folded_nodes
                self.sampler.tick()
                if self.budget.factor > 1:
                    tree.throttled_ticks += 1
                if tree.folded_nodes > is_folded:
                    self.wants_early_report = True
                    self.reporter_wakeup.wake()
            self._failures_in_a_row = 0
        except Exception as error:
            self.sampler.tree.failed_ticks += 1
            self.failed('sampling', error)
            self._failures_in_a_row += 1
            if self._failures_in_a_row >= FAILURES_IN_A_ROW:
                self._failures_in_a_row = 0
                self.rest(self.orders.period_ms / 1000, f'sampling fails ({self.last_error})')
        self.sampler_cpu_ns = time.thread_time_ns()
        self._keep_budget()
        after_tick, self.after_tick = self.after_tick, None
        if after_tick is not None:
            after_tick()

    def _keep_budget(self):
        budget = self.budget
        is_faster_than_usual = self.orders.sampling_interval_ms < DEFAULT_SAMPLING_INTERVAL_MS
        budget.limit_percent = self.orders.cpu_limit_percent
        budget.budget_percent = self.orders.cpu_limit_percent if is_faster_than_usual else BUDGET_PERCENT
        verdict = budget.spent(time.monotonic_ns(), self.sampler_cpu_ns + self.reporter_cpu_ns)
        if verdict == 'stop':
            period = self.orders.period_ms / 1000
            self.rest(
                period,
                f'sampling takes {budget.used_percent:.1f} % of a core, the limit is {budget.limit_percent:.0f} %',
            )
            budget.reset()
        elif verdict in ('slower', 'faster'):
            self.log.state(
                'throttle',
                budget.factor,
                f'the agent used {budget.used_percent:.1f} % of a core (budget {budget.budget_percent:.0f} %): '
                f'a sample every {self.internal_interval_ms():.0f} ms from now on',
            )

    def _look_at_kill_switch(self):
        now = time.monotonic()
        if now < self._kill_switch_at:
            return
        self._kill_switch_at = now + KILL_SWITCH_SECONDS
        file = self.settings.kill_switch_file
        is_killed = is_killed_by(file)
        if is_killed != self.is_killed:
            self.begin_anew()
            self.is_killed = is_killed
            self.reporter_wakeup.wake()
        if is_killed:
            self.log.state('kill switch', 'thrown', f'off: there is a file {file}')
        elif self.log.is_in('kill switch', 'thrown'):
            self.log.state('kill switch', 'gone', f'on again: {file} is gone')

    def _report_until_stopped(self):
        self.sampler.excluded.add(native.get_ident())
        try:
            self._wait_before_asking()
            if self.is_stopping and (self.is_killed or self.sampler.tree.ticks == 0):
                return
            with self.loading_lock:
                from .reporter import Reporter
            # Asks the platform where it runs: whoever forks must not wait for that.
            self.reporter = Reporter(self)
            self.reporter.run()
        finally:
            self._has_reporter_ended = True
            self._reporter_done.wake()

    def _wait_before_asking(self):
        """Where the agent runs is asked for too, so not while a kill switch is thrown."""
        while not self.is_stopping:
            is_killed = self.is_killed
            self.reporter_wakeup.wait(KILL_SWITCH_SECONDS if is_killed else self._initial_delay())
            if not (is_killed or self.is_killed):
                return

    def _initial_delay(self):
        """At random, so that a fleet that starts at once does not ask at once. A server on this machine has no fleet."""
        longest = self.settings.initial_delay_seconds
        if longest is None:
            longest = 0.0 if is_on_this_machine(self.settings.endpoint or '') else INITIAL_DELAY_SECONDS
        return chance.uniform(0, longest)


def within(memory, usual):
    """Bytes that the agent takes at most for one purpose: fewer than usual where a container has little memory."""
    return usual if memory is None else min(usual, int(memory * MEMORY_SHARE))


def is_on_this_machine(url):
    host = url.partition('//')[2].partition('/')[0].lower()
    name, _, port = host.rpartition(':')
    if name and port.isdigit():
        host = name
    # Of addresses that begin so, those with digits only: others are names.
    return host in ('localhost', '[::1]') or (host.startswith('127.') and host.replace('.', '').isdigit())


def is_killed_by(path):
    try:
        return os.path.exists(path)
    except (OSError, ValueError):
        return False

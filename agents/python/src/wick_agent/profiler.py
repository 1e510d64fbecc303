"""What a program starts, pauses and stops. Nothing here raises into the program."""

import atexit
import os
import sys

from . import forks, native
from .agent import Agent
from .log import Log
from .settings import Settings
from .standing import Standing

_active = None


class Profiler:
    """A profiler of this process; one is active at a time.

    >>> Profiler(profiling_group_name='checkout', region_name='eu-west-1').start()

    Arguments win over the environment; see `Settings` for all of them. `aws_session` may be a session of boto3 or
    botocore, whose credentials are used then.
    """

    def __init__(self, profiling_group_name=None, region_name=None, aws_session=None, **settings):
        self.settings = Settings(profiling_group_name, region_name, aws_session=aws_session, **settings)
        self.log = Log(self.settings.log_level)
        self._barriers = set()
        self._agent = None
        self._pid = None

    @property
    def is_running(self):
        return self._agent is not None and self._pid == os.getpid() and not self._agent.is_stopping

    def start(self):
        """Begins, or goes on after `pause`. @returns whether the profiler runs, be it that it waits for the end of a kill switch"""
        try:
            return self._start()
        except Exception as error:
            self.log.say(f'could not start: {type(error).__name__}: {error}', 'error')
            return False

    def pause(self):
        """Samples nothing until `resume` or `start`. What was sampled is reported."""
        if self.is_running:
            self._agent.pause()

    def resume(self):
        if self.is_running:
            self._agent.resume()

    def stop(self, seconds=2.0):
        """Ends; the last profile is sent within `seconds`, if the server answers in time. A stopped one can be started again."""
        global _active
        try:
            if self.is_running:
                self._agent.stop(seconds)
        except Exception as error:
            self.log.say(f'did not stop cleanly: {type(error).__name__}: {error}', 'error')
        if _active is self:
            _active = None
        self._agent = None

    def hide_below(self, code):
        """Frames at and below this code object are not reported: they are the agent's, not the program's."""
        self._barriers.add(code)

    def _start(self):
        global _active
        if self.is_running:
            self._agent.resume()
            return True
        if _active is not None and _active.is_running:
            self.log.say('not started: another profiler of this process is active', 'warning')
            return False
        if not self._may_start():
            return False
        for complaint in self.settings.complaints:
            self.log.say(complaint, 'warning')
        self._begin()
        _active = self
        forks.watch(self)
        atexit.unregister(stop_active)
        atexit.register(stop_active)
        forks.flush_at_end_of_multiprocessing()
        if self.settings.flush_on_sigterm:
            self._chain_sigterm()
        return True

    def _may_start(self):
        settings = self.settings
        if settings.flaw is not None:
            self.log.state('start', 'flaw', f'off: {settings.flaw}', 'error')
            return False
        if not settings.enabled:
            self.log.state('start', 'disabled', 'off: AWS_CODEGURU_PROFILER_ENABLED is not true')
            return False
        if not settings.group:
            self.log.state(
                'start',
                'no group',
                'off: no profiling group is named; set AWS_CODEGURU_PROFILER_GROUP_NAME or give one as argument',
                'warning',
            )
            return False
        if not hasattr(sys, '_current_frames'):
            self.log.state('start', 'no frames', 'off: this Python does not tell where its threads are', 'warning')
            return False
        return True

    def _begin(self):
        self._agent = Agent(self.settings, self.log, self._barriers)
        self._pid = os.getpid()
        self._agent.start()

    def _begin_in_child(self):
        """After a fork: the parent's threads, profiles and connections are not ours."""
        parent = self._agent
        was_paused = parent is not None and parent.is_paused
        orders = parent.orders if parent is not None else None
        if parent is not None:
            parent.sampler.switch_interval.restore()
        self.log = Log(self.settings.log_level)
        self._agent = Agent(self.settings, self.log, self._barriers)
        # The parent has said all that there was to say at the start.
        self._agent.standing = Standing(self.log, 'on')
        if parent is not None and parent.is_killed:
            self.log.note('kill switch', 'thrown')
        if orders is not None:
            self._agent.orders = orders
            self._agent.sampler.max_stack_depth = orders.max_stack_depth
        self._agent.is_paused = was_paused
        self._pid = os.getpid()
        self._agent.start()

    def _chain_sigterm(self):
        """Opt-in: sends the last profile on SIGTERM, then does what the program would have done."""
        import signal

        if not native.is_main_thread():
            self.log.say('SIGTERM is left alone: only the main thread can take it', 'warning')
            return
        before = signal.getsignal(signal.SIGTERM)

        def on_sigterm(number, frame):
            if self.is_running:
                self._agent.stop()
            if callable(before):
                before(number, frame)
                return
            if before is signal.SIG_IGN:
                return
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTERM)

        signal.signal(signal.SIGTERM, on_sigterm)


def stop_active():
    """At exit, and at the end of a child of `multiprocessing`."""
    if _active is not None:
        try:
            _active.stop()
        except BaseException:
            pass  # an impatient second Ctrl-C while the last profile is sent
        if _was_interrupted():
            _remind_of_interrupt()


def _was_interrupted():
    """Whether a Ctrl-C that nobody caught ends the program: nothing called what it ended, as a shell such as IPython would have."""
    traceback = getattr(sys, 'last_traceback', None)
    return (
        getattr(sys, 'last_type', None) is KeyboardInterrupt
        and traceback is not None
        and traceback.tb_frame.f_back is None
        and not hasattr(sys, 'ps1')
    )


def _remind_of_interrupt():
    """Whoever started the program is to see that SIGINT ended it. Python forgets with the next text that is evaluated, as the modules that send do."""
    try:
        exec('raise KeyboardInterrupt')
    except KeyboardInterrupt:
        pass

"""Threads, locks and sleep of the operating system, also where gevent or eventlet has put its own in their place.

The agent's threads are started below `threading`, so the program sees none of them: `threading.enumerate()` and
`threading.active_count()` answer as without the agent, and nobody waits for them at exit.
"""

import _signal
import _thread
import os
import sys
import time
from importlib.machinery import PathFinder


def _original(module_name, name, now):
    """What `module.name` was before gevent or eventlet replaced it."""
    for patcher in ('gevent.monkey', 'eventlet.patcher'):
        monkey = sys.modules.get(patcher)
        try:
            if monkey is None:
                continue
            if patcher == 'gevent.monkey':
                return monkey.get_original(module_name, name)
            return getattr(monkey.original(module_name), name)
        except Exception:
            continue
    return now


start_thread = _original('_thread', 'start_new_thread', _thread.start_new_thread)
allocate_lock = _original('_thread', 'allocate_lock', _thread.allocate_lock)
stack_size = _original('_thread', 'stack_size', _thread.stack_size)
get_ident = _original('_thread', 'get_ident', _thread.get_ident)
get_native_id = getattr(_thread, 'get_native_id', lambda: None)
monotonic_ns = time.monotonic_ns


# Raised by what a thread itself does: blocked, they would kill without the word that `faulthandler` has to say.
_FAULTS = {getattr(_signal, name, None) for name in ('SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGABRT', 'SIGSYS')}
_masks_signals = hasattr(_signal, 'pthread_sigmask')
# What the program blocked when the agent was started; None before.
_program_mask = None


def start_deaf_threads(function, arguments):
    """A thread for each of the arguments. None takes signals: a program that blocks some everywhere to wait for them knows nothing of our threads.

    Their stacks are as large as usual: one that the program found large enough for its own threads may be none for TLS, and
    the process ends where it is full.
    """
    global _program_mask
    programs_size = stack_size(0)
    if _masks_signals:
        # Threads begin with the mask of who starts them.
        _program_mask = _signal.pthread_sigmask(_signal.SIG_BLOCK, _signal.valid_signals() - _FAULTS)
    try:
        for argument in arguments:
            start_thread(function, (argument,))
    finally:
        stack_size(programs_size)
        if _masks_signals:
            _signal.pthread_sigmask(_signal.SIG_SETMASK, _program_mask)


def with_signals_of_program(function):
    """Calls it with the program's mask: a process that is started begins with the mask of its thread."""
    if _program_mask is None:
        return function()
    ours = _signal.pthread_sigmask(_signal.SIG_SETMASK, _program_mask)
    try:
        return function()
    finally:
        _signal.pthread_sigmask(_signal.SIG_SETMASK, ours)


def be_punctual():
    """Lets Linux wake this thread when it wants, not up to 50 µs later: of no effect where that cannot be said."""
    try:
        with open(f'/proc/{get_native_id()}/timerslack_ns', 'w') as slack:
            slack.write('1000')
    except Exception:
        pass


def may_be_patched():
    """Whether gevent or eventlet is installed. That it is not loaded yet says nothing."""
    try:
        return any(name in sys.modules or PathFinder.find_spec(name) is not None for name in ('gevent', 'eventlet'))
    except Exception:
        return True


class Wakeup:
    """A sleep that another thread can cut short. `wake` before `wait` is not lost."""

    __slots__ = ('_lock',)

    def __init__(self):
        self._lock = allocate_lock()
        self._lock.acquire()

    def wait(self, seconds):
        """Sleeps. @returns whether somebody woke it"""
        return self._lock.acquire(True, max(0.0, seconds)) if seconds < 4_000_000 else self._lock.acquire()

    def wake(self):
        try:
            self._lock.release()
        except RuntimeError:
            pass  # it is awake already


def is_main_thread():
    """Whether this is the thread that the program began with, as far as the system can tell."""
    if sys.platform.startswith('linux'):
        return get_native_id() == os.getpid()
    import threading

    return threading.current_thread() is threading.main_thread()

"""A fork makes a second process with one thread: the child gets an agent of its own, the parent notices nothing."""

import os
import sys
import warnings

_profiler = None
_is_registered = False
_is_multiprocessing_watched = False
_held = []
_WARNING = 'This process .* is multi-threaded, use of fork'
_filter = None


def watch(profiler):
    """Children of this process are profiled by `profiler` from now on."""
    global _profiler, _is_registered
    _profiler = profiler
    if not _is_registered and hasattr(os, 'register_at_fork'):
        _is_registered = True
        os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)


def _running_agent():
    profiler = _profiler
    return profiler._agent if profiler is not None and profiler.is_running else None


def _before():
    """No tick and no import is under way when memory is copied: the child could not finish them."""
    try:
        agent = _running_agent()
        if agent is None:
            return
        for lock, seconds in ((agent.loading_lock, 5.0), (agent.lock, 1.0)):
            if lock.acquire(True, seconds):
                _held.append(lock)
        _keep_quiet(agent)
    except Exception:
        _release()


def _in_parent():
    _release()


def _in_child():
    try:
        _held.clear()
        _speak_again()
        profiler = _profiler
        if profiler is None or profiler._agent is None or profiler._agent.is_stopping:
            return
        _forget_connection(profiler._agent)
        profiler._begin_in_child()
        flush_at_end_of_multiprocessing()
    except Exception:
        pass


def _release():
    while _held:
        try:
            _held.pop().release()
        except RuntimeError:
            pass


def _forget_connection(agent):
    """Closes the child's copy; the parent goes on using it."""
    http = getattr(agent.reporter, 'http', None)
    if http is not None:
        http.abandon()


def flush_at_end_of_multiprocessing():
    """Children of `multiprocessing` may end without `atexit`; they have finalizers of their own."""
    global _is_multiprocessing_watched
    util = sys.modules.get('multiprocessing.util')
    if util is None:
        return
    if not _is_multiprocessing_watched:
        _is_multiprocessing_watched = True
        # Those of a child are set up after this, and after its main module was imported anew.
        util.register_after_fork(_register_finalizer, _register_finalizer)
    if sys.modules['multiprocessing.process'].parent_process() is not None:
        _register_finalizer()


def _register_finalizer(_=None):
    from multiprocessing import util

    from .profiler import stop_active

    util.Finalize(None, stop_active, exitpriority=0)


def _keep_quiet(agent):
    """Python 3.12 and later warn of a fork of a process with threads. A program whose only threads are ours has no reason to hear it."""
    global _filter
    if sys.version_info < (3, 12) or _filter is not None:
        return
    if len(sys._current_frames()) - len(agent.sampler.excluded) > 1:
        return
    before = warnings.filters[:1]
    warnings.filterwarnings('ignore', _WARNING, DeprecationWarning)
    if warnings.filters[:1] != before:
        _filter = warnings.filters[0]
        agent.after_tick = _speak_again


def _speak_again():
    """Once the fork is over, the program's warnings are its own again."""
    global _filter
    mine, _filter = _filter, None
    if mine is not None:
        try:
            warnings.filters.remove(mine)
            warnings._filters_mutated()
        except (ValueError, AttributeError):
            pass

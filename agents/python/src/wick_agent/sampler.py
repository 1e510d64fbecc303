"""One tick: where every thread of the program is, added to the call tree.

Threads whose CPU clock stands still keep their node and are not walked: their stack cannot have changed. The walk reads
code objects and instruction numbers; it looks at no variables but `self`, once for each call path that is new.

What a sample says is of one moment, although threads may run on during a tick: as far as their clocks tell, and where there are few of them.
"""

import opcode
import os
import sys
import threading
import time

from . import native
from .call_tree import IDLE, RUNNABLE, TRUNCATED, CallTree
from .chance import chance
from .switch_interval import BUSY_SHARE, SwitchInterval
from .task_names import is_step_of_loop, task_frame
from .thread_states import ThreadStates, cpu_clock, is_queued

_HAS_OWN_LOCALS = 0x1 | 0x2  # CO_OPTIMIZED, CO_NEWLOCALS
# From 3.13 on `f_locals` is a view; before, asking for it makes a dictionary that the frame keeps.
_LOCALS_ARE_A_VIEW = sys.version_info >= (3, 13)
# What has the program see that dictionary.
_SEE_LOCALS = frozenset(('locals', 'vars', 'exec', 'eval', 'dir'))
_LOOK_AT_BUSY_NS = 1_000_000_000
# How often a stack may be read again: the clock of code that runs without the interpreter's lock never stands still.
_READINGS_LEFT = (3, 2, 1, 0)
# How many frames a tick may ask for beyond its own: each time Python makes those of all threads.
_FRESH_FRAMES = 2_000
# What `self` is in a method that has given it up: None has no methods in Python.
_GIVEN_UP = type(None).__name__


class _Thread:
    """What is remembered of a thread from tick to tick."""

    __slots__ = (
        'ident',
        'identity',
        'native_id',
        'class_name',
        'cpu_ns',
        'cpu_at_ns',
        'moved_ns',
        'busy_from_ns',
        'busy_from_at_ns',
        'node',
        'line',
        'task',
        'state',
        'tick',
    )

    def __init__(self, ident, identity, native_id, class_name, now_ns):
        self.ident = ident
        self.identity = identity
        self.native_id = native_id
        self.class_name = class_name
        # Its clock, and when that was read: above the limit of threads this is some ticks ago.
        self.cpu_ns = None
        self.cpu_at_ns = now_ns
        self.moved_ns = now_ns
        self.busy_from_ns = None
        self.busy_from_at_ns = now_ns
        self.node = None
        self.line = 0
        # Where names are asked for: the frame with that of asyncio's task that ran when the stack was read.
        self.task = None
        self.state = IDLE
        self.tick = 0


class Sampler:
    """Belongs to one thread, apart from `rotate`, which is called under the agent's lock as `tick` is."""

    def __init__(
        self,
        max_threads=100,
        max_stack_depth=1000,
        max_bytes=10 * 1024 * 1024,
        adapt_switch_interval=True,
        names_tasks=False,
    ):
        self.max_threads = max_threads
        self.max_stack_depth = max_stack_depth
        self.excluded = set()
        # Identities of code objects: hashing one reads all of it.
        self.barriers = set()
        self.is_biased = False
        self.busy_threads = 0
        self._names_tasks = names_tasks
        self._may_read_again = False
        # How often this tick may still ask for a thread's frame.
        self._fresh_left = 0
        self._max_bytes = max_bytes
        self._states = ThreadStates()
        self._cpu_ns = cpu_clock()
        self.has_thread_clocks = self._cpu_ns is not None
        self._main_ident = threading.main_thread().ident
        # In a forked child `threading` may still have the parent's; on Linux the first thread's is the process's.
        is_linux = sys.platform.startswith('linux')
        self._main_native_id = os.getpid() if is_linux else threading.main_thread().native_id
        self._threads = {}
        self._tick = 0
        self._last_ns = None
        self._resumed_ns = 0
        self._looked_ns = 0
        self._process_cpu_ns = 0
        # Where nobody can tell how many threads compute, a short interval may cost the program too much.
        self.switch_interval = SwitchInterval(adapt_switch_interval and self.has_thread_clocks)
        self.tree = CallTree(max_bytes)

    def rotate(self):
        """Takes the tree so far away and begins a new one."""
        tree = self.tree
        self.tree = CallTree(self._max_bytes)
        self._forget_nodes()
        return tree

    def pause(self):
        """The time until the next tick is not sampled."""
        self._last_ns = None
        self.switch_interval.restore()

    def tick(self):
        """Samples once. The time since the last tick is what this one stands for."""
        now_ns = native.monotonic_ns()
        elapsed_ns = now_ns - self._last_ns if self._last_ns is not None else None
        if elapsed_ns is None:
            self._resumed_ns = now_ns
        self._last_ns = now_ns
        self._tick += 1
        tree = self.tree
        frames = sys._current_frames()
        self._fresh_left = _FRESH_FRAMES // len(frames)
        for ident in self.excluded:
            frames.pop(ident, None)
        seen = len(frames)
        chosen = list(frames)
        weight = 1
        if seen > self.max_threads:
            chosen = chance.sample(chosen, self.max_threads)
            weight = seen / self.max_threads
        active = getattr(threading, '_active', {})
        for ident in chosen:
            # Taken out one by one: what a frame holds must not live longer than it would without us.
            self._sample(ident, frames.pop(ident), active.get(ident), now_ns, weight)
        frames.clear()
        tree.ticks += 1
        tree.threads_seen += seen
        tree.threads_visited += len(chosen)
        if elapsed_ns is not None:
            tree.active_ns += elapsed_ns
        if self.is_biased:
            tree.biased_ticks += 1
        if now_ns - self._looked_ns >= _LOOK_AT_BUSY_NS:
            self._look_at_busy(now_ns)
        if tree.is_full:
            tree.fold()
            self._forget_nodes()

    def _sample(self, ident, frame, thread, now_ns, weight):
        known = self._threads.get(ident)
        if known is None or known.identity != _identity(thread):
            known = self._threads[ident] = self._meet(ident, thread, now_ns)
        known.tick = self._tick
        cpu_ns = cpu_share = None
        if known.native_id is not None and self._cpu_ns is not None:
            cpu_ns = self._cpu_ns(known.native_id)
            if cpu_ns is not None:
                before, before_ns = known.cpu_ns, known.cpu_at_ns
                known.cpu_ns, known.cpu_at_ns = cpu_ns, now_ns
                if before is None:
                    known.busy_from_ns, known.busy_from_at_ns = cpu_ns, now_ns
                elif cpu_ns != before:
                    # Across a pause nobody knows: the process may have been frozen.
                    is_known = self._resumed_ns <= before_ns < now_ns
                    cpu_share = (cpu_ns - before) / (now_ns - before_ns) if is_known else None
                    known.moved_ns = now_ns
                else:
                    cpu_share = 0
                    if known.node is not None:
                        if known.state == RUNNABLE:
                            known.state = self._states.of(frame, 0, now_ns - known.moved_ns, known.native_id)
                        known.node.add_tick(known.line, known.state, weight)
                        return
        # Its clock is read already: if this look fails, the next one must not take the thread for one that has stood still here.
        known.node = None
        known.node = self._locate(frame, known, cpu_ns, cpu_share, now_ns)
        if known.node is not None:
            known.node.add_tick(known.line, known.state, weight)

    def _locate(self, frame, known, cpu_ns, cpu_share, now_ns):
        """The node of a thread's stack, and in `known` what else is of that moment; None where the program is not on the thread.

        With the short switch interval a thread takes the interpreter's lock back in the middle of a tick and runs on: its
        frames come to other lines, give up `self` or return, and that of a suspended coroutine has no caller. It is read
        again then; its clock tells.
        """
        may_run_on = cpu_ns is not None and self.switch_interval.is_short
        for left in _READINGS_LEFT if may_run_on else (0,):
            if may_run_on and self._fresh_left > 0:
                self._fresh_left -= 1
                frame = sys._current_frames().get(known.ident)
            else:
                left = 0
            stack = _stack_from(frame)
            if not stack:
                return None  # the thread has ended
            known.line = frame.f_lineno or 0
            known.task = task_frame(known.ident) if self._names_tasks else None
            known.state = self._states.judged(frame, cpu_share, now_ns - known.moved_ns)
            is_doubtful = self._states.is_doubtful
            if left:
                before_ns, cpu_ns = cpu_ns, self._cpu_ns(known.native_id)
                if cpu_ns != before_ns:
                    continue
            self._drop_own(stack)
            if not stack:
                return None  # nothing but the agent's own frames
            self._may_read_again = left > 0
            node = self._walk(stack, known)
            if node is not None:
                # At the end: reading this lets the thread run on.
                if is_doubtful and is_queued(known.native_id):
                    known.state = RUNNABLE
                return node
            cpu_ns = self._cpu_ns(known.native_id)

    def _drop_own(self, stack):
        """The agent's frames, and those below them."""
        barriers = self.barriers
        if not barriers:
            return
        for at, frame in enumerate(stack):
            if id(frame.f_code) in barriers:
                del stack[at:]
                _drop_launcher(stack)
                return

    def _walk(self, stack, known):
        """The node of a stack, made where it is new; None where it has to be read again for the class of a method."""
        # As AWS's agent: the bottom of a deep stack is kept, its last place says that there was more.
        is_truncated = len(stack) >= self.max_stack_depth
        if is_truncated:
            del stack[: len(stack) - self.max_stack_depth + 1]
        tree = self.tree
        node = tree.root
        while stack:
            frame = stack.pop()
            code = frame.f_code
            # By identity: code objects that look alike are equal, whatever file they are from, and hashing one reads all of it.
            child = node.children.get(id(code))
            if child is None:
                child = self._grow(node, frame, code, known)
            if child.variants is not None:
                child = self._variant(child, node, frame, code, known)
                if child is None:
                    return None
            instruction = frame.f_lasti
            if instruction != child.instruction:
                child.instruction = instruction
                child.saw_line(frame.f_lineno)
            node = child
        if is_truncated:
            child = node.children.get(TRUNCATED)
            node = child if child is not None else tree.child(node, TRUNCATED)
        return node

    def _grow(self, node, frame, code, known):
        if _is_thread_bootstrap(code) or _is_botocore_call(code) or (self._names_tasks and is_step_of_loop(code)):
            return self.tree.varying_child(node, code)
        return self._method(node, frame, code)

    def _method(self, parent, frame, code):
        """A thread runs on while a new stack is walked, and some methods give up `self` at their end: looked at again then."""
        class_name = self_class(frame)
        if class_name == _GIVEN_UP:
            return self.tree.varying_child(parent, code)
        return self.tree.child(parent, code, class_name)

    def _of_class(self, place, frame, code):
        """Looks until the class is known, then never again. None while the thread may have given up `self` since its stack was read."""
        found = place.variants.get(None)
        if found is not None:
            return found
        class_name = self_class(frame)
        if class_name != _GIVEN_UP:
            return self.tree.variant(place, None, code, class_name)
        if self._may_read_again:
            return None
        return place.variants.get(_GIVEN_UP) or self.tree.variant(place, _GIVEN_UP, code, None)

    def _variant(self, place, parent, frame, code, known):
        if _is_thread_bootstrap(code):
            name = known.class_name
            return place.variants.get(name) or self.tree.variant(place, name, code, name)
        if self._names_tasks and is_step_of_loop(code):
            return self._step(place, frame, code, known)
        if not _is_botocore_call(code):
            return self._of_class(place, frame, code)
        # All operations of botocore are one piece of code: a frame with the operation's name tells them apart.
        operation, class_name = _operation(frame)
        name = (operation, class_name)
        found = place.variants.get(name)
        if found is None:
            found = self.tree.variant(place, name, (operation, code) if operation else code, class_name)
        if operation is None:
            return found
        below = found.children.get(id(code))
        return below if below is not None else self.tree.child(found, code, class_name)

    def _step(self, place, frame, code, known):
        """Tasks are told apart by a frame above the step that all of them make."""
        name = known.task
        if name is None:
            return self._of_class(place, frame, code)
        found = place.variants.get(name) or self.tree.variant(place, name, name, None)
        below = found.children.get(id(code)) or self._method(found, frame, code)
        return self._of_class(below, frame, code) if below.variants is not None else below

    def _meet(self, ident, thread, now_ns):
        native_id = self._main_native_id if ident == self._main_ident else getattr(thread, 'native_id', None)
        class_name = _name_of_class(thread) if thread is not None else None
        return _Thread(ident, _identity(thread), native_id, class_name, now_ns)

    def _look_at_busy(self, now_ns):
        """Counts who computed, adapts the switch interval, forgets threads that have ended."""
        elapsed_ns = now_ns - self._looked_ns
        self._looked_ns = now_ns
        busy = 0 if self.has_thread_clocks else self._is_process_busy(elapsed_ns)
        for ident, thread in list(self._threads.items()):
            if thread.busy_from_ns is not None and thread.cpu_at_ns > thread.busy_from_at_ns:
                used_ns = thread.cpu_ns - thread.busy_from_ns
                busy += used_ns / (thread.cpu_at_ns - thread.busy_from_at_ns) > BUSY_SHARE
                thread.busy_from_ns, thread.busy_from_at_ns = thread.cpu_ns, thread.cpu_at_ns
            # Above the limit a thread is visited now and then only.
            if self._tick - thread.tick > 600:
                del self._threads[ident]
        self.busy_threads = busy
        self._states.is_contended = busy > 1
        self.is_biased = self.switch_interval.adapt(busy)

    def _is_process_busy(self, elapsed_ns):
        """Whether any of its threads computed since the last look: without their clocks no more is known."""
        before, self._process_cpu_ns = self._process_cpu_ns, time.process_time_ns()
        return (self._process_cpu_ns - before) / elapsed_ns > BUSY_SHARE

    def _forget_nodes(self):
        for thread in self._threads.values():
            thread.node = None


def _stack_from(frame):
    stack = []
    while frame is not None:
        stack.append(frame)
        frame = frame.f_back
    return stack


def _drop_launcher(stack):
    """What lies between the agent's command line and the program: the lambda that runs it, and `runpy`."""
    while stack and stack[-1].f_code.co_filename.endswith(('runpy.py', '<frozen runpy>', _LAUNCHER)):
        stack.pop()


_LAUNCHER = __file__.replace('sampler.py', 'run_program.py')


def _identity(thread):
    # The system gives a thread's number to another one once it ended, and so does `id`; not both at once.
    return None if thread is None else (id(thread), getattr(thread, 'native_id', None))


# As `type` has it: a metaclass may have a `__name__` of its own, which would run here, and need be no text.
_class_name = type.__dict__['__name__'].__get__


def _name_of_class(instance):
    return _class_name(type(instance))


def _is_thread_bootstrap(code):
    """The first frames of every thread: `self` is the thread, and its class is known without looking."""
    return code.co_name in ('_bootstrap', '_bootstrap_inner') and code.co_filename.endswith('threading.py')


def _is_botocore_call(code):
    return code.co_name == '_api_call' and code.co_filename.replace('\\', '/').endswith('/botocore/client.py')


def _operation(frame):
    try:
        local = frame.f_locals
        return local.get('py_operation_name') or None, _name_of_class(local['self'])
    except Exception:
        return None, None


def self_class(frame):
    """The name of the class of `self`, for a method's frame; None for others.

    Before Python 3.13 looking at a frame's variables makes a dictionary of them that lives as long as the frame does. It
    would keep the program's objects alive, so it is emptied again, unless somebody else has it too.
    """
    code = frame.f_code
    if code.co_argcount == 0 or code.co_varnames[0] != 'self' or code.co_flags & _HAS_OWN_LOCALS != _HAS_OWN_LOCALS:
        return None
    if _LOCALS_ARE_A_VIEW:
        try:
            return _name_of_class(frame.f_locals['self'])
        except Exception:
            return None
    if not _SEE_LOCALS.isdisjoint(code.co_names):
        return None  # what `locals()` gave the program would change under it
    try:
        local = frame.f_locals
        found = _name_of_class(local['self']) if 'self' in local else None
        # The frame's reference, ours and the one of the call.
        if sys.getrefcount(local) <= 3 and not _is_debugged(frame):
            # Only what the look put into it: somebody above may have left a name of its own.
            for names in (code.co_varnames, code.co_cellvars, code.co_freevars):
                for name in names:
                    local.pop(name, None)
        return found
    except Exception:
        return None


def _is_debugged(frame):
    """Whether a debugger's trace function may be about to write that dictionary back into the variables.

    It is called for a frame that has not begun, and later only where it said that it wants to be.
    """
    at = frame.f_lasti
    return frame.f_trace is not None or at < 0 or opcode.opname[frame.f_code.co_code[at]] == 'RESUME'

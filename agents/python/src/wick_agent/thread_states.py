"""What a thread was doing at a tick: computing, waiting, waiting for a lock, or waiting for work.

Two sources. The thread's CPU clock says whether it ran since the last tick; a thread whose clock stands still has the
stack it had. Where the clock moved, the instruction at the top of the stack tells: a thread that sits in a call that
blocks (`recv`, `acquire`, `sleep`) waits, whatever it did before; one that sits in any other instruction has been
interrupted and would run if it could.
"""

import opcode
import sys
import time

from .call_tree import BLOCKED, IDLE, RUNNABLE, WAITING

# What a call of this name does, as far as a name can tell. `maybe`: others of this name compute (`str.join`, `dict.get`).
_CALLS = {
    **dict.fromkeys(('acquire', '__enter__', 'lockf', 'flock'), 'lock'),
    **dict.fromkeys(
        (
            'sleep', 'select', 'poll', 'epoll_wait', 'control', 'recv', 'recv_into', 'recvfrom', 'recvmsg', 'recvfrom_into', 'accept',
            '_accept', 'connect', 'connect_ex', 'sendall', 'sendfile', 'wait', 'waitpid', 'wait3', 'wait4', 'waitid', 'pause', 'sigwait',
            'sigtimedwait', 'do_handshake', 'getaddrinfo', 'gethostbyname', 'readline', 'input', 'fsync', 'fdatasync',
        ),
        'wait',
    ),
    **dict.fromkeys(
        ('read', 'readinto', 'readinto1', 'read1', 'readlines', 'write', 'send', 'get', 'put', 'join', 'result', 'flush', 'execute', 'fetchone',
         'fetchall', 'commit', 'query', 'run', 'run_forever', 'next', 'communicate'),
        'maybe',
    ),
}  # fmt: skip

_NAMED = {
    'LOAD_METHOD',
    'LOAD_ATTR',
    'LOAD_GLOBAL',
    'LOAD_NAME',
    'LOAD_SUPER_ATTR',
    'LOAD_DEREF',
    'LOAD_FAST',
    'LOAD_FAST_BORROW',
}
_WITH = {'SETUP_WITH', 'BEFORE_WITH', 'LOAD_SPECIAL'}
# Instructions other than calls that can run code written in C for long, or block in it.
_LONG = {
    'FOR_ITER',
    'BINARY_OP',
    'BINARY_SUBSCR',
    'IMPORT_NAME',
    'SEND',
    'COMPARE_OP',
    'CONTAINS_OP',
    'LOAD_ATTR',
    'STORE_SUBSCR',
}
_INSTRUCTIONS_LOOKED_AT = 24

# Standard modules through which a program waits: what it waits for shows above them.
_WAITING_MODULES = (
    'threading.py', 'queue.py', 'selectors.py', 'socket.py', 'ssl.py', 'multiprocessing/queues.py', 'multiprocessing/connection.py',
    'multiprocessing/synchronize.py', 'multiprocessing/popen_fork.py', 'concurrent/futures/_base.py',
)  # fmt: skip
# Functions that wait for work: a thread that waits right here is a worker, a loop or an acceptor with nothing to do.
_WORKERS = {
    ('concurrent/futures/thread.py', '_worker'),
    ('concurrent/futures/process.py', '_process_worker'),
    ('concurrent/futures/process.py', 'wait_result_broken_or_wakeup'),
    ('multiprocessing/pool.py', 'worker'),
    ('multiprocessing/pool.py', '_wait_for_updates'),
    ('multiprocessing/pool.py', '_handle_tasks'),
    ('multiprocessing/pool.py', '_handle_results'),
    ('asyncio/base_events.py', '_run_once'),
    ('asyncio/base_events.py', 'run_forever'),
    ('asyncio/runners.py', 'run'),
    ('socketserver.py', 'serve_forever'),
    ('gevent/hub.py', 'run'),
    ('eventlet/hubs/poll.py', 'wait'),
    ('eventlet/hubs/epolls.py', 'do_poll'),
    ('gunicorn/workers/sync.py', 'wait'),
    ('gunicorn/workers/sync.py', 'accept'),
    ('gunicorn/workers/gthread.py', 'run'),
    ('gunicorn/arbiter.py', 'sleep'),
    ('waitress/task.py', 'handler_thread'),
    ('cheroot/workers/threadpool.py', 'run'),
    ('werkzeug/serving.py', 'serve_forever'),
}

_MAX_REMEMBERED = 4_000
# A thread that waits this long for the interpreter is not waiting for the interpreter.
_STARVED_NS = 2_000_000_000
# For as long as it takes to get the lock with a few other threads that compute.
_CONTENDED_NS = 300_000_000


def cpu_clock():
    """A function from a thread's native id to the CPU time it used, in ns (None once it ended); None where there is no such clock.

    Linux gives every thread a clock numbered after its id. Unlike `pthread_getcpuclockid` this is safe for a thread that
    ends meanwhile.
    """
    if not sys.platform.startswith('linux'):
        return None
    read = time.clock_gettime_ns

    def cpu_ns(native_id):
        try:
            return read((~native_id << 3) | 6)
        except (OSError, OverflowError):
            return None

    from .native import get_native_id

    return cpu_ns if get_native_id() is not None and cpu_ns(get_native_id()) is not None else None


class ThreadStates:
    """Judges the tops of stacks, and remembers what it found out about their code."""

    def __init__(self):
        # Whether several threads compute, and so wait for each other.
        self.is_contended = False
        # Of what was judged last: whether it runs if the system would have it run.
        self.is_doubtful = False
        self._calls = {}
        self._modules = {}

    def of(self, frame, cpu_share, still_ns=0, native_id=None):
        """@param frame: top of the thread's stack
        @param cpu_share: CPU time ÷ time since the thread was last looked at; None where unknown
        @param still_ns: for how long its clock has not moved
        @param native_id: to ask the system by, where the clock stands still in a call that is not known to block
        """
        state = self.judged(frame, cpu_share, still_ns)
        return RUNNABLE if self.is_doubtful and is_queued(native_id) else state

    def judged(self, frame, cpu_share, still_ns):
        """As `of`, without asking the system: that would let the thread run on. It matters where this `is_doubtful`."""
        self.is_doubtful = False
        call = self._call_of(frame)
        if call == 'none' and still_ns < _STARVED_NS:
            return RUNNABLE
        if cpu_share is None:
            runs = call == 'call'
        elif call in ('lock', 'wait'):
            runs = cpu_share > 0.9
        elif call in ('maybe', 'with'):
            runs = cpu_share > 0.5
        else:
            # Where several threads compute, one that lets go of the interpreter's lock waits for it longer than it computes.
            runs = cpu_share > 0.05 or (self.is_contended and still_ns < _CONTENDED_NS)
        if runs:
            return RUNNABLE
        # One that hardly ran would have, had there been a CPU for it.
        self.is_doubtful = call in ('maybe', 'call') and cpu_share is not None and cpu_share < 0.05 and still_ns < _STARVED_NS
        return self._kind_of_waiting(frame, call)

    def _kind_of_waiting(self, frame, call):
        module = self._module_of(frame.f_code)
        if call in ('lock', 'with') and not (module == 'threading.py' and _is_condition(frame)):
            return BLOCKED
        for _ in range(12):
            code = frame.f_code
            module = self._module_of(code)
            if (module, code.co_name) in _WORKERS:
                return IDLE
            if module not in _WAITING_MODULES:
                return WAITING
            frame = frame.f_back
            if frame is None:
                break
        return WAITING

    def _module_of(self, code):
        """The end of the code's file name that the tables above know it by, or ''."""
        name = code.co_filename
        found = self._modules.get(name)
        if found is None:
            path = name.replace('\\', '/')
            known = (*_WAITING_MODULES, *(module for module, _ in _WORKERS))
            found = next((module for module in known if path == module or path.endswith('/' + module)), '')
            if len(self._modules) >= _MAX_REMEMBERED:
                self._modules.clear()
            self._modules[name] = found
        return found

    def _call_of(self, frame):
        code = frame.f_code
        known = self._calls.get(id(code))
        if known is None:
            if len(self._calls) >= _MAX_REMEMBERED:
                self._calls.clear()
            # The code object is kept with it, or another one might get its identity.
            known = self._calls[id(code)] = (code, {})
        call = known[1].get(frame.f_lasti)
        if call is None:
            call = known[1][frame.f_lasti] = _call_at(code, frame.f_lasti)
        return call


def is_queued(native_id):
    """Whether the system would run the thread if there were a CPU for it. Reading this lets other threads run: it is rare."""
    if native_id is None:
        return False
    try:
        with open(f'/proc/self/task/{native_id}/stat', 'rb', 0) as file:
            text = file.read(512)
    except OSError:
        return False
    return text[text.rfind(b')') + 2 : text.rfind(b')') + 3] == b'R'


def _is_condition(frame):
    """Whether a lock of `threading` is what a condition, an event or a join waits by, rather than a lock for its own sake."""
    name = frame.f_code.co_name
    if name == 'wait':
        caller = frame.f_back
        # A semaphore waits by a condition.
        return caller is None or caller.f_code.co_name not in ('acquire', '__enter__')
    return name in ('_wait_for_tstate_lock', 'join', '_shutdown')


def _call_at(code, offset):
    """What the instruction at `offset` does: `none` (cannot take long), `call` (something unknown), or as in the tables."""
    if offset < 0:
        return 'none'
    names = code.co_code
    opname = opcode.opname
    if offset >= len(names):
        return 'call'
    current = opname[names[offset]]
    if current in _WITH or (current == 'CALL' and _follows_with(names, offset)):
        return 'with'
    if 'CALL' not in current:
        return 'call' if current in _LONG else 'none'
    calls_between = 0
    at = offset - 2
    for _ in range(_INSTRUCTIONS_LOOKED_AT):
        while at >= 0 and opname[names[at]] in ('CACHE', 'PRECALL', 'EXTENDED_ARG', 'PUSH_NULL', 'NOP'):
            at -= 2
        if at < 0:
            break
        instruction = opname[names[at]]
        if instruction == 'POP_TOP' or instruction.startswith(('STORE_', 'POP_JUMP', 'RETURN', 'RESUME')):
            break
        if 'CALL' in instruction:
            calls_between += 1
        elif instruction in _NAMED:
            call = _CALLS.get(_name_at(code, names, at, instruction))
            if call is not None:
                return 'maybe' if calls_between or 'FAST' in instruction else call
        at -= 2
    return 'call'


def _follows_with(names, offset):
    """Python 3.14 enters a block by LOAD_SPECIAL and an ordinary call."""
    at = offset - 2
    while at >= 0 and opcode.opname[names[at]] in ('CACHE', 'SWAP', 'COPY'):
        at -= 2
    return at >= 0 and opcode.opname[names[at]] == 'LOAD_SPECIAL'


def _name_at(code, names, at, instruction):
    argument = names[at + 1]
    if at >= 2 and opcode.opname[names[at - 2]] == 'EXTENDED_ARG':
        argument |= names[at - 1] << 8
    if instruction == 'LOAD_GLOBAL' and sys.version_info >= (3, 11):
        argument >>= 1
    elif instruction == 'LOAD_ATTR' and sys.version_info >= (3, 12):
        argument >>= 1
    elif instruction == 'LOAD_SUPER_ATTR':
        argument >>= 2
    if 'DEREF' in instruction:
        if sys.version_info >= (3, 11):
            return None
        table = code.co_cellvars + code.co_freevars
    else:
        table = code.co_varnames if 'FAST' in instruction else code.co_names
    return table[argument] if argument < len(table) else None


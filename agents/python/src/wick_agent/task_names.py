"""Frames with the names of asyncio's tasks, where the user asks for them: a name may say whose request it is.

A sampler is another thread than the one whose task it wants to know. asyncio keeps the running task of each loop in one
dictionary and the loop knows its thread, up to Python 3.13; of other loops than its own (uvloop) nothing is told.
"""

import re
import sys

_MAX_LENGTH = 100
# Each task has one of these if nobody names it, and none twice: a frame for each would say nothing.
_GIVEN_BY_ASYNCIO = re.compile(r'Task-\d+')


def is_step_of_loop(code):
    """The frame that everything a loop does is below: a step of a task, or a call-back."""
    return code.co_name == '_run' and code.co_filename.replace('\\', '/').endswith('/asyncio/events.py')


def task_frame(ident):
    """`<task NAME>` for the task that runs on a thread now; None where none does, or it has no name of its own."""
    try:
        running = getattr(sys.modules.get('asyncio.tasks'), '_current_tasks', None)
        # A copy at once: the loops' threads go on changing it.
        for loop, task in list((running or {}).items()):
            if loop._thread_id == ident:
                name = task.get_name()
                return None if _GIVEN_BY_ASYNCIO.fullmatch(name) else f'<task {name[:_MAX_LENGTH]}>'
    except Exception:
        pass  # loops and tasks may be anybody's
    return None

"""The agent's log: one line on stderr for each change of state, none for what stays as it is.

Lines are written straight to the file descriptor. Python's own buffer has a lock, and a thread that holds it while the
interpreter ends takes the program down; `logging` may lead anywhere, stdout included.
"""

import sys
import time

LEVELS = {'off': 0, 'error': 1, 'warning': 2, 'info': 3, 'debug': 4}
BURST = 8
SECONDS_PER_LINE = 60.0
MAX_CHARACTERS = 1000


class Log:
    """Says what changed. At most eight lines at once and one a minute after that."""

    def __init__(self, level='info', write=None):
        self._level = LEVELS.get(level, LEVELS['info'])
        self._write = write or _to_stderr
        self._states = {}
        self._allowance = float(BURST)
        self._refilled = time.monotonic()

    def state(self, topic, state, message, level='info'):
        """Says `message` when `topic` was in another state before; what there is no room for is said the next time."""
        if self._states.get(topic) != state and self.say(message, level):
            self._states[topic] = state

    def is_in(self, topic, state):
        """Whether that was said, or noted, last."""
        return self._states.get(topic) == state

    def note(self, topic, state):
        """Takes note of a state that is not worth a line."""
        self._states[topic] = state

    def say(self, message, level='info'):
        """Much of it may be in a server's words, and is one line all the same. @returns whether there was room for it, or it is not wanted"""
        if LEVELS[level] > self._level:
            return True
        if not self._may_speak():
            return False
        try:
            self._write(f'wick-agent: {_one_line(message)}\n')
        except Exception:
            pass  # a closed or full stderr is no reason to disturb anybody
        return True

    def debug(self, message):
        if self._level >= LEVELS['debug']:
            self.say(message, 'debug')

    def _may_speak(self):
        if self._level >= LEVELS['debug']:
            return True
        now = time.monotonic()
        self._allowance = min(float(BURST), self._allowance + (now - self._refilled) / SECONDS_PER_LINE)
        self._refilled = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True


def _one_line(text):
    return ''.join(character if character.isprintable() else ' ' for character in text[:MAX_CHARACTERS])


def _to_stderr(line):
    import os

    stream = sys.__stderr__
    if stream is not None and not stream.closed:
        os.write(stream.fileno(), line.encode('utf-8', 'backslashreplace'))

"""The interpreter's switch interval, adapted so that samples fall where the time goes.

A sampling thread waits for the interpreter's lock like any other. It mostly gets it when a thread lets go of it by
itself, which code that releases the lock (hashing, compression, I/O) does much more often than other code: with the
interval of 5 ms such a function with 19 % of the time gets 69 % of the samples, with 0.1 ms still 30. With 20 µs the
sampler takes the lock where the thread happens to be.

That costs nothing to speak of while one thread computes; with several, they would hand the lock to each other 250 times
as often. Then the interval stays as it is, and the profile says so: `gil-biased`. The same where threads have no CPU
clocks, so that nobody can tell whether one computes or several.
"""

import sys

SHORT_SECONDS = 0.00002
# A thread is busy when it used more than this share of a core since the last look.
BUSY_SHARE = 0.1


class SwitchInterval:
    """Asked once a second. What the program sets by itself is left alone."""

    def __init__(self, is_allowed=True):
        has_gil = getattr(sys, '_is_gil_enabled', lambda: True)()
        self._has_gil = has_gil
        self._is_ours_to_set = is_allowed and has_gil
        self._usual = sys.getswitchinterval() if has_gil else None
        self._is_short = False
        self._was_short = False

    @property
    def is_short(self):
        return self._is_short

    def adapt(self, busy_threads):
        """@returns whether samples are biased: several threads compete for a lock that the sampler waits for too"""
        if not self._has_gil:
            return False
        if self._is_still_ours():
            self._set(short=busy_threads <= 1)
        return busy_threads > 0 and sys.getswitchinterval() > 2 * SHORT_SECONDS

    def restore(self):
        if self._is_still_ours():
            self._set(short=False)

    def _set(self, short):
        if short == self._is_short or self._usual <= SHORT_SECONDS:
            return
        sys.setswitchinterval(SHORT_SECONDS if short else self._usual)
        self._is_short = short
        self._was_short = self._was_short or short

    def _is_still_ours(self):
        """What a program saves while the interval is short and puts back later is ours again: nobody else would ever lengthen it."""
        if self._was_short and _is_set_to(SHORT_SECONDS):
            self._is_ours_to_set = self._is_short = True
        elif self._is_ours_to_set and not _is_set_to(SHORT_SECONDS if self._is_short else self._usual):
            self._is_ours_to_set = self._is_short = False
        return self._is_ours_to_set


def _is_set_to(seconds):
    # The interpreter keeps whole microseconds.
    return abs(sys.getswitchinterval() - seconds) <= 2e-6

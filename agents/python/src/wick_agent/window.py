"""The times of consecutive profiles: each begins where the one before ended."""

import time

# A clock that is this far from where it should be was set, or the machine slept.
STEP_MS = 1000


def wall_ms(clock_error_seconds=0.0):
    return time.time_ns() // 1_000_000 + round(clock_error_seconds * 1000)


class Window:
    """Time since the last cut. Lengths are of the monotonic clock, places of the wall clock, corrected by the server's."""

    def __init__(self, now_ms=None, now_ns=None):
        self.restart(wall_ms() if now_ms is None else now_ms, now_ns)
        self._last_end_ms = 0

    def restart(self, now_ms, now_ns=None):
        """After a break, which is in no profile."""
        self._start_ms = now_ms
        self._start_ns = time.monotonic_ns() if now_ns is None else now_ns

    def seconds(self, now_ns=None):
        return ((time.monotonic_ns() if now_ns is None else now_ns) - self._start_ns) / 1e9

    def cut(self, now_ms, now_ns=None):
        """@returns (start, end) in epoch milliseconds; the next window begins at that end"""
        now_ns = time.monotonic_ns() if now_ns is None else now_ns
        length = max(1, (now_ns - self._start_ns) // 1_000_000)
        start, end = self._start_ms, now_ms
        if abs(start + length - now_ms) > STEP_MS or end <= start:
            start = end - length
            # Only a clock that was set back makes profiles overlap.
            if start < self._last_end_ms < end:
                start = self._last_end_ms
        self._last_end_ms = end
        self._start_ms, self._start_ns = end, now_ns
        return start, end

"""Keeps the agent cheap: over budget it samples half as often, and half as often again; far over it stops for a while."""

BUDGET_PERCENT = 1.0
WINDOW_NS = 60_000_000_000
# Judged sooner where much is spent: a minute of 30 % is too long.
SHORTEST_NS = 5_000_000_000
MAX_FACTOR = 10


class CpuBudget:
    """Told what the agent's threads used; says by what factor to stretch the sampling interval."""

    def __init__(self, budget_percent=BUDGET_PERCENT, limit_percent=10.0, cpus=1.0):
        self.budget_percent = budget_percent
        self.limit_percent = limit_percent
        # Of one core, or of the part of one that the container has.
        self._share = min(1.0, max(0.05, cpus))
        self.factor = 1
        self.used_percent = 0.0
        self._from_ns = None
        self._cpu_from_ns = 0

    def spent(self, now_ns, cpu_ns):
        """@param cpu_ns: of all of the agent's threads since the start
        @returns `ok`, `slower`, `faster`, or `stop`
        """
        if self._from_ns is None:
            self._from_ns, self._cpu_from_ns = now_ns, cpu_ns
            return 'ok'
        elapsed = now_ns - self._from_ns
        if elapsed < SHORTEST_NS:
            return 'ok'
        used = (cpu_ns - self._cpu_from_ns) / elapsed * 100 / self._share
        is_over = used > self.budget_percent
        # What would be too much for the whole window is too much already.
        is_far_over = (cpu_ns - self._cpu_from_ns) / WINDOW_NS * 100 / self._share > self.budget_percent
        if elapsed < WINDOW_NS and not is_far_over:
            return 'ok'
        self.used_percent = used
        self._from_ns, self._cpu_from_ns = now_ns, cpu_ns
        if used >= max(self.limit_percent, self.budget_percent) and self.factor >= MAX_FACTOR:
            return 'stop'
        if is_over and self.factor < MAX_FACTOR:
            self.factor = min(MAX_FACTOR, self.factor * 2)
            return 'slower'
        if not is_over and self.factor > 1 and used < self.budget_percent / 3:
            self.factor = max(1, self.factor // 2)
            return 'faster'
        return 'ok'

    def reset(self):
        """After a break: what was used before counts no more."""
        self._from_ns = None

package dev.wick.agent;

/**
 * Keeps the agent's CPU time within a share of one core: over it, the time between looks doubles, up to ten times; well under it
 * for two minutes, it halves again. Where that is not enough to keep it under the server's limit, only standing still helps.
 */
final class Budget {
  /** What a decision is made on: long enough that loading the agent's classes is not taken for what it costs. */
  private static final long SPAN_NANOS = 60_000_000_000L;
  private static final int CALM_SPANS = 2;
  /** Of a slow start, the classes come in this time. */
  private static final long WARM_UP_NANOS = 10_000_000_000L;
  private static final int MAX_FACTOR = 10;

  private final double share;
  private final double limit;
  private long spanStart;
  private long cpuAtStart;
  private int calm;
  private int factor = 1;
  private boolean warm;
  private boolean isExceeded;

  /** @param share of a core to keep to. @param limit of a core at which to stop */
  Budget(double share, double limit, long nanos, long cpuNanos) {
    this.share = share;
    this.limit = limit;
    spanStart = nanos;
    cpuAtStart = cpuNanos;
  }

  /**
   * Takes note of the CPU time used so far.
   *
   * @return how many times slower than wanted to look
   */
  int factor(long nanos, long cpuNanos) {
    long span = nanos - spanStart;
    if (span < (warm ? SPAN_NANOS : WARM_UP_NANOS)) return factor;
    double used = (double) (cpuNanos - cpuAtStart) / span;
    spanStart = nanos;
    cpuAtStart = cpuNanos;
    if (!warm) {
      warm = true;
      return factor;
    }
    isExceeded = factor == MAX_FACTOR && used >= limit;
    if (used > share) {
      factor = Math.min(MAX_FACTOR, factor * 2);
      calm = 0;
    } else if (used < share / 4 && ++calm >= CALM_SPANS) {
      factor = Math.max(1, factor / 2);
      calm = 0;
    }
    return factor;
  }

  /** Whether the slowest pace took more than the limit in the last span. */
  boolean isExceeded() {
    return isExceeded;
  }

  /** After a pause, whose time is no span; as slow as before it. */
  void goOn(long nanos, long cpuNanos) {
    spanStart = nanos;
    cpuAtStart = cpuNanos;
    isExceeded = false;
  }
}

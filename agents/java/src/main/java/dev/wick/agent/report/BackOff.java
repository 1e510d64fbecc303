package dev.wick.agent.report;

import java.util.Random;

/** When to try again: 1 s · 2^k at most, drawn from the whole span, never above five minutes, not before the server's Retry-After. */
final class BackOff {
  private static final long MAX_MILLIS = 300_000;

  private final Random random;
  private int failures;

  BackOff(Random random) {
    this.random = random;
  }

  /** @param retryAfter the header, null where there is none. @return milliseconds to wait */
  long afterFailure(String retryAfter) {
    long most = Math.min(MAX_MILLIS, 1000L << Math.min(failures++, 20));
    long drawn = 1 + (long) (random.nextDouble() * most);
    return Math.min(MAX_MILLIS, Math.max(drawn, seconds(retryAfter) * 1000));
  }

  void afterSuccess() {
    failures = 0;
  }

  private static long seconds(String header) {
    try {
      return header == null ? 0 : Math.max(0, Math.min(86_400, Long.parseLong(header.trim())));
    } catch (NumberFormatException aDate) {
      return 0;
    }
  }
}

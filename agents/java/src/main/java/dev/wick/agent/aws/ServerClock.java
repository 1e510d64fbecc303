package dev.wick.agent.aws;

import java.time.Instant;

/** The servers' clock: this machine's, put right by what their refusals show it to be off by. */
public final class ServerClock {
  /** Servers allow five minutes; only what is out by far is the clock's fault. */
  private static final long TOLERATED_MILLIS = 4 * 60_000;

  private volatile long offset;

  /** What to add to this machine's clock, in milliseconds; 0 while they agree. */
  public long offset() {
    return offset;
  }

  public long millis() {
    return System.currentTimeMillis() + offset;
  }

  public Instant now() {
    return Instant.ofEpochMilli(millis());
  }

  /** @param date of an answer that refused, epoch milliseconds; 0 where it says none */
  public void learn(long date) {
    if (date == 0) return;
    long off = date - System.currentTimeMillis();
    offset = Math.abs(off) > TOLERATED_MILLIS ? off : 0;
  }

  /** Whether it is another clock now than when it was so much off: what was refused then may be taken. */
  public boolean isOtherThan(long offsetThen) {
    return Math.abs(offset - offsetThen) > TOLERATED_MILLIS;
  }
}

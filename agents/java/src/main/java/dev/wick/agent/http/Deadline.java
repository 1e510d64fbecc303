package dev.wick.agent.http;

import java.util.concurrent.TimeUnit;

/** Until when something may take, whatever it consists of; or from when on it may be done. */
public final class Deadline {
  private final long nanos;

  private Deadline(long nanos) {
    this.nanos = nanos;
  }

  public static Deadline in(long millis) {
    return new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** 0 once it is over. */
  public int millisLeft() {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos - System.nanoTime())));
  }

  public boolean isOver() {
    return System.nanoTime() - nanos >= 0;
  }
}

package dev.wick.agent;

import java.io.File;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A file that stops all agents of a host while it is there; looked for each minute. */
public final class KillSwitch {
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final String file;
  private final Log log;
  private final LongSupplier nanos;
  private long lookAt;
  private boolean thrown;

  /** @param nanos a clock that never goes back */
  public KillSwitch(String file, Log log, LongSupplier nanos) {
    this.file = file;
    this.log = log;
    this.nanos = nanos;
    lookAt = nanos.getAsLong();
  }

  /** Whether the agent has to keep still: neither looks nor calls. */
  public synchronized boolean isThrown() {
    long now = nanos.getAsLong();
    if (now - lookAt < 0) return thrown;
    lookAt = now + PERIOD_NANOS;
    thrown = new File(file).exists();
    if (thrown) log.state("kill switch", "thrown", "switched off while " + file + " is there");
    else log.recovered("kill switch", file + " is gone: profiling goes on");
    return thrown;
  }
}

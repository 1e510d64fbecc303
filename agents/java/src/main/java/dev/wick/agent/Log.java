package dev.wick.agent;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What the agent says: a line on stderr for each change of state, at most eight at once and one a minute after that. Written to the
 * file descriptor, because System.err and java.util.logging belong to the host, and starting either has effects there.
 */
public final class Log {
  private static final FileOutputStream STDERR = new FileOutputStream(FileDescriptor.err);
  private static final int BURST = 8;
  private static final double NANOS_PER_LINE = 60e9;
  private static final int MAX_CHARS = 1000;

  private final Consumer<String> write;
  private final LongSupplier nanos;
  private final Map<String, String> states = new HashMap<>();
  private double allowance = BURST;
  private long refilledAt;

  public Log() {
    this(Log::toStderr, System::nanoTime);
  }

  /** @param write takes a line with its end. @param nanos a clock that never goes back */
  public Log(Consumer<String> write, LongSupplier nanos) {
    this.write = write;
    this.nanos = nanos;
    refilledAt = nanos.getAsLong();
  }

  /** Says it where {@code topic} was in another state before; what there is no room for is said the next time. */
  public synchronized void state(String topic, String state, String line) {
    if (!state.equals(states.get(topic)) && say(line)) states.put(topic, state);
  }

  /** Says it once, where {@code topic} was said to be in some state. */
  public synchronized void recovered(String topic, String line) {
    if (states.containsKey(topic) && say(line)) states.remove(topic);
  }

  /** @return whether there was room for it */
  public synchronized boolean say(String line) {
    long now = nanos.getAsLong();
    allowance = Math.min(BURST, allowance + (now - refilledAt) / NANOS_PER_LINE);
    refilledAt = now;
    if (allowance < 1) return false;
    allowance--;
    // What servers and files say comes along: one line, whatever is in it.
    String one = line.replaceAll("[\\p{Cntrl}\\s]+", " ");
    write.accept("wick-agent: " + one.substring(0, Math.min(MAX_CHARS, one.length())) + '\n');
    return true;
  }

  private static void toStderr(String line) {
    try {
      STDERR.write(line.getBytes(StandardCharsets.UTF_8));
    } catch (IOException nobodyListens) {
      // Nothing to be done, and nobody to tell.
    }
  }
}

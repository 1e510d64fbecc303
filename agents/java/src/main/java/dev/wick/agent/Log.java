package dev.wick.agent;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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

  /** What is said at most: {@code WICK_LOG_LEVEL}. */
  enum Level { OFF, ERROR, WARNING, INFO }

  private final Level level;
  private final Consumer<String> write;
  private final LongSupplier nanos;
  private final Map<String, String> states = new HashMap<>();
  private double allowance = BURST;
  private long refilledAt;

  public Log() {
    this(level(System.getenv("WICK_LOG_LEVEL")).orElse(Level.INFO), Log::toStderr, System::nanoTime);
  }

  /** @param write takes a line with its end. @param nanos a clock that never goes back */
  public Log(Consumer<String> write, LongSupplier nanos) {
    this(Level.INFO, write, nanos);
  }

  Log(Level level, Consumer<String> write, LongSupplier nanos) {
    this.level = level;
    this.write = write;
    this.nanos = nanos;
    refilledAt = nanos.getAsLong();
  }

  /** Where nobody says, {@link Level#INFO}; empty where it is none. {@code debug}, of which other agents have more to say, is the same. */
  static Optional<Level> level(String text) {
    if (text == null || text.isEmpty() || text.equalsIgnoreCase("debug")) return Optional.of(Level.INFO);
    return Arrays.stream(Level.values()).filter(one -> one.name().equalsIgnoreCase(text)).findFirst();
  }

  /** Says a trouble where {@code topic} was in another state before; what there is no room for is said the next time. */
  public synchronized void state(String topic, String state, String line) {
    if (!state.equals(states.get(topic)) && warn(line)) states.put(topic, state);
  }

  /** Says it once, where {@code topic} was said to be in some state. */
  public synchronized void recovered(String topic, String line) {
    if (states.containsKey(topic) && say(line)) states.remove(topic);
  }

  /** @return whether there was room for it, or it is not wanted */
  public boolean say(String line) {
    return say(Level.INFO, line);
  }

  /** What somebody should look at. */
  public boolean warn(String line) {
    return say(Level.WARNING, line);
  }

  /** Why the agent does not run. */
  boolean fail(String line) {
    return say(Level.ERROR, line);
  }

  private synchronized boolean say(Level of, String line) {
    if (of.compareTo(level) > 0) return true;
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

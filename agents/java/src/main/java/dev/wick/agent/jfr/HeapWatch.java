package dev.wick.agent.jfr;

import dev.wick.agent.profile.HeapSummary;
import java.util.function.Consumer;

/** Watches what collections leave on the heap, where this JVM can tell. */
public interface HeapWatch {
  /** Watches nothing. */
  HeapWatch NONE = () -> null;

  /** The summary since the last call, at most one in a reporting period; null where there was no collection of the old generation. */
  HeapSummary take();

  /**
   * Starts watching in a thread of its own.
   *
   * @param log told when it cannot be done
   */
  static HeapWatch start(Consumer<String> log) {
    if (Runtime.version().feature() < 17) {
      log.accept("heap summaries need Java 17 or newer; there are none");
      return NONE;
    }
    try {
      // In the part of the jar that is compiled for Java 17.
      Class<?> stream = Class.forName("dev.wick.agent.jfr.HeapEvents");
      return (HeapWatch) stream.getMethod("open", Consumer.class).invoke(null, log);
    } catch (ReflectiveOperationException | LinkageError noFlightRecorder) {
      log.accept("this JVM has no Flight Recorder (module jdk.jfr); there are no heap summaries");
      return NONE;
    }
  }
}

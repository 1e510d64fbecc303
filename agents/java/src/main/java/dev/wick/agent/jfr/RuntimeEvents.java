package dev.wick.agent.jfr;

import dev.wick.agent.Settings;
import dev.wick.agent.profile.CallTree;
import dev.wick.agent.profile.FrameTable;
import dev.wick.agent.profile.HeapSummary;
import java.util.function.Consumer;

/** What the JVM's Flight Recorder tells, where there is one: one stream, opened once, for the life of the agent. */
public interface RuntimeEvents {
  /** Tells nothing. */
  RuntimeEvents NONE = new RuntimeEvents() {};

  /** The heap as a collection left it, at most one since the last call; null where there was no collection of the old generation. */
  default HeapSummary takeHeap() {
    return null;
  }

  /**
   * Shares out the running time of a tree by the CPU samples since the last call, see {@link dev.wick.agent.profile.CpuSamples#shareOut}.
   *
   * @return how many samples said so; 0 where the tree is as it was
   */
  default int shareOut(CallTree tree, FrameTable frames, long cpuMicros, long spanMicros, int maxDepth) {
    return 0;
  }

  /** Memory in use, roughly. */
  default long bytes() {
    return 0;
  }

  /** Nothing is sampled or counted while the agent stands still. */
  default void pause(boolean paused) {}

  /** Ends the stream. */
  default void close() {}

  /** The agent's thread that reads the events; null where there is none. */
  default Thread reader() {
    return null;
  }

  /**
   * Begins to listen to what the settings ask for. Returns at once: opening a stream takes long.
   *
   * @param maxBytes what it may remember of CPU samples
   * @param log told, once, when it cannot be done
   */
  static RuntimeEvents start(Settings settings, long maxBytes, Consumer<String> log) {
    if (!settings.heapSummaryEnabled && !settings.cpuStream) return NONE;
    String none = "there are no " + (settings.heapSummaryEnabled ? "heap summaries" : "CPU samples")
        + (settings.heapSummaryEnabled && settings.cpuStream ? " and no CPU samples" : "");
    if (Runtime.version().feature() < 17) {
      log.accept("this needs Java 17 or newer: " + none);
      return NONE;
    }
    try {
      Class.forName("jdk.jfr.consumer.RecordingStream", false, null);
      // In the part of the jar that is compiled for Java 17.
      return (RuntimeEvents) Class.forName("dev.wick.agent.jfr.EventStream")
          .getMethod("open", Settings.class, long.class, String.class, Consumer.class).invoke(null, settings, maxBytes, none, log);
    } catch (ReflectiveOperationException | LinkageError noFlightRecorder) {
      log.accept("this JVM has no Flight Recorder (module jdk.jfr): " + none);
      return NONE;
    }
  }
}

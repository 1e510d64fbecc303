package dev.wick.agent.jfr;

import dev.wick.agent.Settings;
import dev.wick.agent.profile.CallTree;
import dev.wick.agent.profile.FrameTable;
import dev.wick.agent.profile.HeapSummary;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import jdk.jfr.consumer.RecordingStream;

/** The one stream of Flight Recorder's events, read in a thread of the agent's. */
public final class EventStream implements RuntimeEvents {
  private static final Duration MAX_AGE = Duration.ofMinutes(1);
  private static final long MAX_BYTES = 8 * 1024 * 1024;
  /** The JVM ends where Flight Recorder cannot write. */
  private static final long LEAST_SPACE = 64 * 1024 * 1024;
  private static final String NEARLY_FULL = "less than 64 MB are free in java.io.tmpdir, and the JVM ends where it cannot write there";

  private final File temporary = new File(System.getProperty("java.io.tmpdir", "/tmp"));
  private final HeapEvents heap;
  private final CpuEvents cpu;
  private final Thread reader;
  private final String none;
  private final Consumer<String> log;
  /** Null until it is open. */
  private volatile RecordingStream stream;
  private volatile boolean closed;

  private EventStream(Settings settings, long maxBytes, String none, Consumer<String> log) {
    heap = settings.heapSummaryEnabled ? new HeapEvents(settings.heapMaxPauseMillis, log) : null;
    cpu = settings.cpuStream ? new CpuEvents(maxBytes, log) : null;
    this.none = none;
    this.log = log;
    reader = new Thread(null, this::read, "wick-agent-events", 0, false);
    reader.setDaemon(true);
    reader.setContextClassLoader(null);
    reader.start();
  }

  /**
   * Called by name, see {@link RuntimeEvents#start}.
   *
   * @param maxBytes what it may remember of CPU samples
   * @param none what there is not when the stream cannot be opened
   */
  public static RuntimeEvents open(Settings settings, long maxBytes, String none, Consumer<String> log) {
    return new EventStream(settings, maxBytes, none, log);
  }

  private void read() {
    try {
      // Flight Recorder says so on standard output, which is the host's.
      if (!temporary.canWrite()) throw new IOException(temporary + " cannot be written");
      if (isNearlyFull()) throw new IOException(NEARLY_FULL);
      try (RecordingStream opened = new RecordingStream()) {
        opened.setMaxAge(MAX_AGE);
        opened.setMaxSize(MAX_BYTES);
        opened.onFlush(this::closeWhereNearlyFull);
        if (heap != null) heap.attach(opened);
        if (cpu != null) cpu.attach(opened);
        stream = opened;
        if (!closed) opened.start();
      }
    } catch (Throwable cannot) {
      if (closed || "Shutdown in progress".equals(cannot.getMessage())) return;
      log.accept("Flight Recorder cannot be used, " + none + ": " + cannot);
    }
  }

  /** One call to the system; 0 where there is no such directory any more. */
  private boolean isNearlyFull() {
    return temporary.getUsableSpace() < LEAST_SPACE;
  }

  /** After each second's writing, paused or not: nothing but this stands between a full disk and the end of the JVM. */
  private void closeWhereNearlyFull() {
    if (closed || !isNearlyFull()) return;
    close();
    log.accept("Flight Recorder is used no longer, " + none + ": " + NEARLY_FULL);
  }

  @Override
  public HeapSummary takeHeap() {
    return heap == null ? null : heap.take();
  }

  @Override
  public int shareOut(CallTree tree, FrameTable frames, long cpuMicros, long spanMicros, int maxDepth) {
    return cpu == null ? 0 : cpu.shareOut(tree, frames, cpuMicros, spanMicros, maxDepth);
  }

  @Override
  public long bytes() {
    return cpu == null ? 0 : cpu.bytes();
  }

  @Override
  public void pause(boolean paused) {
    if (heap != null) heap.pause(paused);
    if (cpu != null) cpu.pause(paused);
  }

  @Override
  public void close() {
    pause(true);
    // In this order: what is opened meanwhile is not started.
    closed = true;
    RecordingStream opened = stream;
    if (opened != null) opened.close();
  }

  @Override
  public Thread reader() {
    return reader;
  }
}

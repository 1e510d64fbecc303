package dev.wick.agent.jfr;

import dev.wick.agent.profile.HeapSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;

/**
 * Heap summaries from the JVM's own count of objects after collections of the old generation. Counting is done inside the
 * collection's pause, some 14 ns for each live object: it is switched off after each summary until that was taken, and for good
 * where one would take too long.
 */
public final class HeapEvents implements HeapWatch {
  private static final String COUNTS = "jdk.ObjectCountAfterGC";
  private static final String HEAP = "jdk.GCHeapSummary";
  private static final double NANOS_PER_OBJECT = 14;
  private static final double MAX_PAUSE_NANOS = 100e6;
  private static final int MAX_TYPES = 1000;

  private final RecordingStream stream;
  private final Consumer<String> log;
  private final List<HeapSummary.Type> types = new ArrayList<>();
  private long collection = -1;
  private long time;
  private long usedBytes;
  private HeapSummary ready;
  private boolean off;

  private HeapEvents(RecordingStream stream, Consumer<String> log) {
    this.stream = stream;
    this.log = log;
  }

  /** Called by name, see {@link HeapWatch#start}. Waits for nothing: opening a stream takes long. */
  public static HeapWatch open(Consumer<String> log) {
    HeapEvents[] opened = new HeapEvents[1];
    Thread thread = new Thread(null, () -> {
      try {
        // Flight Recorder says so on standard output, which is the host's.
        Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
        if (!Files.isWritable(temporary)) throw new java.io.IOException(temporary + " cannot be written");
        try (RecordingStream stream = new RecordingStream()) {
          HeapEvents events = new HeapEvents(stream, log);
          synchronized (opened) {
            opened[0] = events;
          }
          events.watch();
        }
      } catch (Throwable cannot) {
        log.accept("Flight Recorder cannot be used, there are no heap summaries: " + cannot);
      }
    }, "wick-agent-heap", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    thread.start();
    return () -> {
      synchronized (opened) {
        return opened[0] == null ? null : opened[0].take();
      }
    };
  }

  private void watch() {
    stream.setMaxSize(8 * 1024 * 1024);
    stream.enable(COUNTS);
    stream.enable(HEAP);
    stream.onEvent(COUNTS, this::counted);
    stream.onEvent(HEAP, this::summed);
    stream.onFlush(this::flushed);
    stream.start();
  }

  private synchronized void counted(RecordedEvent event) {
    if (ready != null || off) return;
    long id = event.getLong("gcId");
    if (id != collection) {
      types.clear();
      collection = id;
      time = event.getEndTime().toEpochMilli();
      usedBytes = 0;
    }
    RecordedClass type = event.getClass("objectClass");
    if (type != null && types.size() < MAX_TYPES) {
      types.add(new HeapSummary.Type(inSource(type.getName()), event.getLong("totalSize"), event.getLong("count")));
    }
  }

  private synchronized void summed(RecordedEvent event) {
    if (event.getLong("gcId") == collection && "After GC".equals(event.getString("when"))) {
      usedBytes = event.getLong("heapUsed");
    }
  }

  /** All events of a collection came before this. */
  private synchronized void flushed() {
    if (ready != null || off || types.isEmpty()) return;
    long counted = types.stream().mapToLong(type -> type.bytes).sum();
    long objects = types.stream().mapToLong(type -> type.count).sum();
    if (usedBytes < counted) usedBytes = counted;
    ready = new HeapSummary(time, Runtime.getRuntime().maxMemory(), usedBytes, List.copyOf(types));
    types.clear();
    stream.disable(COUNTS);
    double pause = objects * ((double) usedBytes / Math.max(1, counted)) * NANOS_PER_OBJECT;
    if (pause > MAX_PAUSE_NANOS) {
      off = true;
      log.accept("no more heap summaries: counting the objects takes about " + Math.round(pause / 1e6) + " ms of a pause");
    }
  }

  @Override
  public synchronized HeapSummary take() {
    HeapSummary taken = ready;
    ready = null;
    if (taken != null && !off) stream.enable(COUNTS);
    return taken;
  }

  /** {@code [B} and {@code [Ljava.lang.String;} as {@code byte[]} and {@code java.lang.String[]}. */
  static String inSource(String name) {
    int dimensions = 0;
    while (dimensions < name.length() && name.charAt(dimensions) == '[') dimensions++;
    if (dimensions == 0) return name;
    String element = name.substring(dimensions);
    int primitive = element.length() == 1 ? "BCDFIJSZ".indexOf(element.charAt(0)) : -1;
    String[] names = {"byte", "char", "double", "float", "int", "long", "short", "boolean"};
    if (primitive >= 0) element = names[primitive];
    else if (element.startsWith("L") && element.endsWith(";")) element = element.substring(1, element.length() - 1);
    return element + "[]".repeat(dimensions);
  }
}

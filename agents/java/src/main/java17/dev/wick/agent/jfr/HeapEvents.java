package dev.wick.agent.jfr;

import dev.wick.agent.profile.HeapSummary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;

/**
 * Heap summaries from the JVM's own count of objects after collections of the old generation. Counting is done inside the
 * collection's pause, see {@link HeapLimit}: it is switched on for one collection in a reporting period, while the heap is small
 * enough, and off for good where collections turn out to take too long by it. No collection is ever asked for.
 */
final class HeapEvents {
  private static final String COUNTS = "jdk.ObjectCountAfterGC";
  private static final String HEAP = "jdk.GCHeapSummary";
  private static final String COLLECTION = "jdk.GarbageCollection";
  private static final int MAX_TYPES = 1000;

  private final HeapLimit limit;
  private final Consumer<String> log;
  private RecordingStream stream;
  private boolean counting;
  private boolean off;
  private boolean paused;

  /** Of collections that were not counted, by name: how many, and the sum of their pauses in milliseconds. */
  private final Map<String, double[]> usual = new HashMap<>();

  // Of the collection being counted.
  private final List<HeapSummary.Type> types = new ArrayList<>();
  private long collection = -1;
  private long time;

  // Of this reporting period.
  private HeapSummary ready;
  private double countedMillis;
  private double usualMillis;
  private long periodStart = System.nanoTime();

  /** @param maxPauseMillis what counting may add to a pause */
  HeapEvents(double maxPauseMillis, Consumer<String> log) {
    limit = new HeapLimit(maxPauseMillis, log);
    this.log = log;
  }

  synchronized void attach(RecordingStream events) {
    stream = events;
    stream.enable(HEAP);
    stream.enable(COLLECTION);
    stream.onEvent(COUNTS, this::counted);
    stream.onEvent(HEAP, this::used);
    stream.onEvent(COLLECTION, this::collected);
  }

  /** Counts the next collection, or not, by what is known now. */
  private void decide() {
    boolean wanted = !off && !paused && limit.allowsCount() && ready == null;
    if (wanted == counting) return;
    counting = wanted;
    if (wanted) stream.enable(COUNTS);
    else stream.disable(COUNTS);
  }

  synchronized void pause(boolean wanted) {
    if (paused == wanted) return;
    paused = wanted;
    if (stream != null) decide();
  }

  /** An event for each class with half a percent of the heap or more. */
  private synchronized void counted(RecordedEvent event) {
    if (ready != null) return;
    long id = event.getLong("gcId");
    if (id != collection) {
      types.clear();
      collection = id;
      time = event.getEndTime().toEpochMilli();
    }
    RecordedClass type = event.getClass("objectClass");
    if (type != null && types.size() < MAX_TYPES) {
      types.add(new HeapSummary.Type(inSource(type.getName()), event.getLong("totalSize"), event.getLong("count")));
    }
  }

  /** After each collection, those of the young generation too: the heap may have grown beyond what may be counted. */
  private synchronized void used(RecordedEvent event) {
    // Where they have ended for good, nothing more is said of them.
    if (off || !"After GC".equals(event.getString("when"))) return;
    limit.collected(event.getLong("heapUsed"));
    decide();
  }

  /** All else of a collection comes before this. */
  private synchronized void collected(RecordedEvent event) {
    double millis = event.getDuration("sumOfPauses").toNanos() / 1e6;
    String name = event.getString("name");
    boolean isCounted = event.getLong("gcId") == collection && !types.isEmpty();
    if (!isCounted) {
      double[] those = usual.computeIfAbsent(String.valueOf(name), any -> new double[2]);
      those[0]++;
      those[1] += millis;
      return;
    }
    if (ready != null) return;
    long counted = types.stream().mapToLong(type -> type.bytes).sum();
    long objects = types.stream().mapToLong(type -> type.count).sum();
    ready = new HeapSummary(time, Runtime.getRuntime().maxMemory(), Math.max(limit.usedBytes(), counted), List.copyOf(types));
    limit.counted(counted, objects);
    types.clear();
    countedMillis = millis;
    double[] those = usual.get(String.valueOf(name));
    usualMillis = those == null ? 0 : those[1] / those[0];
    decide();
  }

  /** The summary of the period that ends now; null where there is none. */
  synchronized HeapSummary take() {
    long now = System.nanoTime();
    double period = (now - periodStart) / 1e6;
    HeapSummary taken = ready;
    if (taken != null && !off && HeapCost.isOverShare(countedMillis, usualMillis, period)) {
      off = true;
      log.accept("no more heap summaries: by counting objects a collection took " + Math.round(countedMillis - usualMillis)
          + " ms longer, more than one percent of the time");
    }
    ready = null;
    periodStart = now;
    if (stream != null) decide();
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

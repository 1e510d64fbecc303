package dev.wick.agent.jfr;

import java.util.function.Consumer;

/** Whether a heap is small enough for its objects to be counted inside a pause; a line for each time that this changes. */
final class HeapLimit {
  private final double maxPauseMillis;
  private final Consumer<String> log;
  /** After the last collection; -1 before the first: until then, who knows how much of it is garbage. */
  private long usedBytes = -1;
  private double bytesPerObject = HeapCost.USUAL_BYTES_PER_OBJECT;
  /** Whether the last that was said is that it is too large. */
  private boolean said;

  /** @param maxPauseMillis what counting may add to a pause */
  HeapLimit(double maxPauseMillis, Consumer<String> log) {
    this.maxPauseMillis = maxPauseMillis;
    this.log = log;
  }

  /** Whether the next collection may count. */
  boolean allowsCount() {
    return usedBytes >= 0 && millis() <= maxPauseMillis;
  }

  long usedBytes() {
    return usedBytes;
  }

  /** Takes note of what a collection left. */
  void collected(long bytes) {
    usedBytes = bytes;
    sayIfTooLarge();
  }

  /** Takes note of a count, which shows how large objects are here, and that there are summaries. */
  void counted(long bytes, long objects) {
    if (objects > 0) bytesPerObject = Math.max(16, (double) bytes / objects);
    // Not as soon as it is smaller: a heap that grows and is collected in turn may never be small when it would be counted.
    if (said) log.accept("heap summaries are made again");
    said = false;
    sayIfTooLarge();
  }

  private double millis() {
    return HeapCost.millis(usedBytes, bytesPerObject);
  }

  private void sayIfTooLarge() {
    if (said || usedBytes < 0 || allowsCount()) return;
    said = true;
    log.accept("no heap summaries while the heap is so large: counting its objects would add about " + Math.round(millis())
        + " ms to a pause; WICK_HEAP_MAX_PAUSE_MILLISECONDS allows more");
  }
}

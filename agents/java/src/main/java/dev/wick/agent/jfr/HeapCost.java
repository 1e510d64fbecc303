package dev.wick.agent.jfr;

/** What it costs to count the objects on the heap, which the JVM does inside a pause. */
final class HeapCost {
  /** Measured, on small objects; one thread does it. */
  private static final double NANOS_PER_OBJECT = 14;
  /** Until a count has told: 100 ms are 360 MB then. */
  static final double USUAL_BYTES_PER_OBJECT = 50;
  /** Of a reporting period. */
  static final double MAX_SHARE = 0.01;

  private HeapCost() {}

  /**
   * The pause that counting would add.
   *
   * @param usedBytes of the heap, after a collection
   * @param bytesPerObject on average
   */
  static double millis(long usedBytes, double bytesPerObject) {
    return usedBytes / bytesPerObject * NANOS_PER_OBJECT / 1e6;
  }

  /**
   * Whether collections paused longer for being counted than they may.
   *
   * @param countedMillis of pauses, in the collection that was counted
   * @param usualMillis of pauses in such a collection that was not, on average; 0 where there was none
   * @param periodMillis in which one was counted
   */
  static boolean isOverShare(double countedMillis, double usualMillis, double periodMillis) {
    return countedMillis - usualMillis > periodMillis * MAX_SHARE;
  }
}

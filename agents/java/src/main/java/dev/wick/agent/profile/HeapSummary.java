package dev.wick.agent.profile;

import java.util.List;

/** What the heap held after a collection of it. */
public final class HeapSummary {
  /** Objects of one class. */
  public static final class Type {
    /** Fully qualified, arrays as in source: {@code byte[]}. */
    public final String name;
    /** Shallow sizes, together. */
    public final long bytes;
    public final long count;

    public Type(String name, long bytes, long count) {
      this.name = name;
      this.bytes = bytes;
      this.count = count;
    }
  }

  /** Epoch milliseconds. */
  public final long time;
  /** What the heap may grow to. */
  public final long capacityBytes;
  public final long usedBytes;
  /** The heaviest; the JVM leaves out those below half a percent of the heap. Empty where they could not be counted. */
  public final List<Type> types;

  public HeapSummary(long time, long capacityBytes, long usedBytes, List<Type> types) {
    this.time = time;
    this.capacityBytes = capacityBytes;
    this.usedBytes = usedBytes;
    this.types = types;
  }
}

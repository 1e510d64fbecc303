package dev.wick.agent.profile;

import java.util.Arrays;

/**
 * Time → whole samples. One sample is one thread during one configured sampling interval, however often the agent really looked,
 * so that all agents of a group weigh alike.
 */
public final class WholeCounts {
  private WholeCounts() {}

  /**
   * Shares out {@code round(sum / unit)} samples over the times in proportion (largest remainder): each gets its share rounded
   * up or down, and the sum is kept.
   *
   * @param micros times, none negative
   * @param unitMicros the time that is one sample
   */
  public static long[] of(long[] micros, long unitMicros) {
    long sum = 0;
    for (long time : micros) sum += time;
    long[] counts = new long[micros.length];
    long[] remainders = new long[micros.length];
    long left = (sum + unitMicros / 2) / unitMicros;
    for (int i = 0; i < micros.length; i++) {
      counts[i] = micros[i] / unitMicros;
      remainders[i] = micros[i] % unitMicros;
      left -= counts[i];
    }
    if (left <= 0) return counts;
    long bar = nthLargest(remainders, left);
    // Those above the bar first, then of those at the bar as many as are left.
    for (int i = 0; i < counts.length; i++) {
      if (remainders[i] > bar) {
        counts[i]++;
        left--;
      }
    }
    for (int i = 0; i < counts.length && left > 0; i++) {
      if (remainders[i] == bar) {
        counts[i]++;
        left--;
      }
    }
    return counts;
  }

  private static long nthLargest(long[] values, long n) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.max(0, sorted.length - n)];
  }
}

package dev.wick.agent.profile;

/**
 * Time → whole samples. One sample is one thread during one configured sampling interval, however often the agent really looked,
 * so that all agents of a group weigh alike.
 */
public final class WholeCounts {
  private WholeCounts() {}

  /**
   * Shares out {@code round(sum / unit)} samples over the times in proportion: each gets its share rounded up or down, and the sum
   * is kept.
   *
   * <p>Running sums are rounded, not single shares. With times in the order of a walk through a tree every <em>subtree</em> keeps
   * its sum to within one sample, and a method that is spread over a thousand paths is not lost, as it would be where the largest
   * remainders win. The point to round at is drawn by lot, so that over many profiles everybody gets exactly what is due.
   *
   * @param micros times, none negative
   * @param unitMicros the time that is one sample
   * @param lot from 0 up to 1
   */
  public static long[] of(long[] micros, long unitMicros, double lot) {
    long sum = 0;
    for (long time : micros) sum += time;
    long[] counts = new long[micros.length];
    long total = (sum + unitMicros / 2) / unitMicros;
    if (total == 0) return counts;
    long running = 0;
    long given = 0;
    for (int i = 0; i < counts.length; i++) {
      running += micros[i];
      // At the end the running sum is the sum, whatever the lot.
      long until = running == sum ? total : Math.min(total, (long) Math.floor((double) running / sum * total + lot));
      counts[i] = until - given;
      given = until;
    }
    return counts;
  }
}

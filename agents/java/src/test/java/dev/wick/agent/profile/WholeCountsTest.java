package dev.wick.agent.profile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class WholeCountsTest {
  @Test
  void runningSumsAreRoundedAtTheLot() {
    assertArrayEquals(new long[] {2, 0, 1}, WholeCounts.of(new long[] {1600, 800, 600}, 1000, 0.5));
    assertArrayEquals(new long[] {1, 1, 1}, WholeCounts.of(new long[] {1600, 800, 600}, 1000, 0));
    assertArrayEquals(new long[] {}, WholeCounts.of(new long[] {}, 1000, 0.5));
    assertArrayEquals(new long[] {0, 0}, WholeCounts.of(new long[] {200, 200}, 1000, 0.99));
  }

  @Test
  void theSumIsKeptAndEveryRunOfNeighboursToWithinOne() {
    Random random = new Random(7);
    for (int trial = 0; trial < 2000; trial++) {
      long unit = 1 + random.nextInt(5000);
      long[] times = random.longs(1 + random.nextInt(40), 0, 20_000).toArray();
      long[] counts = WholeCounts.of(times, unit, random.nextDouble());
      long sum = LongStream.of(times).sum();
      long total = Math.floorDiv(sum + unit / 2, unit);
      assertEquals(total, LongStream.of(counts).sum());
      int from = random.nextInt(times.length);
      int to = from + random.nextInt(times.length - from + 1);
      double due = (double) LongStream.of(Arrays.copyOfRange(times, from, to)).sum() / Math.max(1, sum) * total;
      long got = LongStream.of(Arrays.copyOfRange(counts, from, to)).sum();
      assertTrue(Math.abs(got - due) < 1.000_001, got + " of " + due);
      assertTrue(LongStream.of(counts).allMatch(count -> count >= 0));
    }
  }

  @Test
  void manySmallTimesAreNotLostOverAllLotsEachGetsWhatIsDue() {
    long[] times = new long[1000];
    Arrays.fill(times, 100);
    long[] got = new long[1000];
    for (int lot = 0; lot < 1000; lot++) {
      long[] counts = WholeCounts.of(times, 1000, lot / 1000.0);
      for (int i = 0; i < counts.length; i++) got[i] += counts[i];
    }
    for (long each : got) assertEquals(100, each, 1);
  }
}

package dev.wick.agent.profile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class WholeCountsTest {
  @Test
  void whatDoesNotDivideGoesToTheLargestRemainders() {
    assertArrayEquals(new long[] {2, 1, 0}, WholeCounts.of(new long[] {1600, 900, 500}, 1000));
    assertArrayEquals(new long[] {}, WholeCounts.of(new long[] {}, 1000));
    assertArrayEquals(new long[] {0, 0}, WholeCounts.of(new long[] {200, 200}, 1000));
  }

  @Test
  void theSumIsKeptAndEachIsRoundedUpOrDown() {
    Random random = new Random(7);
    for (int trial = 0; trial < 2000; trial++) {
      long unit = 1 + random.nextInt(5000);
      long[] times = random.longs(random.nextInt(40), 0, 20_000).toArray();
      long[] counts = WholeCounts.of(times, unit);
      assertEquals(Math.floorDiv(LongStream.of(times).sum() + unit / 2, unit), LongStream.of(counts).sum());
      for (int i = 0; i < times.length; i++) {
        assertTrue(counts[i] == times[i] / unit || counts[i] == times[i] / unit + 1);
      }
    }
  }
}

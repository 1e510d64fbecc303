package dev.wick.agent.jfr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** 100 ms: 357 MB of objects of 50 bytes. */
class HeapLimitTest {
  private static final long MEGABYTE = 1_000_000;
  private static final String AGAIN = "heap summaries are made again";

  private final List<String> said = new ArrayList<>();
  private final HeapLimit limit = new HeapLimit(100, said::add);

  private static String tooLarge(int millis) {
    return "no heap summaries while the heap is so large: counting its objects would add about " + millis
        + " ms to a pause; WICK_HEAP_MAX_PAUSE_MILLISECONDS allows more";
  }

  @Test
  void beforeTheFirstCollectionNothingIsKnownAndNothingIsCounted() {
    assertFalse(limit.allowsCount());
    limit.collected(357 * MEGABYTE);
    assertTrue(limit.allowsCount());
    assertEquals(List.of(), said);
  }

  @Test
  void eachTimeAHeapBecomesTooLargeIsALineAndSoIsEachEnd() {
    for (int time = 1; time <= 2; time++) {
      said.clear();
      limit.collected(400 * MEGABYTE);
      limit.collected(500 * MEGABYTE);
      assertFalse(limit.allowsCount());
      assertEquals(List.of(tooLarge(112)), said);
      limit.collected(100 * MEGABYTE);
      assertTrue(limit.allowsCount());
      limit.counted(100 * MEGABYTE, 2 * 1_000_000);
      limit.collected(100 * MEGABYTE);
      assertEquals(List.of(tooLarge(112), AGAIN), said);
    }
  }

  @Test
  void aHeapThatGrowsAndIsCollectedWithoutBeingCountedIsOneLine() {
    for (int time = 0; time < 10; time++) {
      limit.collected(400 * MEGABYTE);
      limit.collected(100 * MEGABYTE);
    }
    assertEquals(List.of(tooLarge(112)), said);
  }

  @Test
  void aCountTellsHowLargeObjectsAre() {
    limit.collected(300 * MEGABYTE);
    limit.counted(300 * MEGABYTE, 10 * 1_000_000);
    assertFalse(limit.allowsCount());
    assertEquals(List.of(tooLarge(140)), said);
    limit.collected(200 * MEGABYTE);
    assertTrue(limit.allowsCount());
  }
}

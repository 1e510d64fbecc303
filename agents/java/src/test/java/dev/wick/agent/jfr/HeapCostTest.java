package dev.wick.agent.jfr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HeapCostTest {
  private static final long MEGABYTE = 1_000_000;

  @Test
  void sevenMillionObjectsTakeAHundredMilliseconds() {
    assertEquals(100, HeapCost.millis(357 * MEGABYTE, HeapCost.USUAL_BYTES_PER_OBJECT), 0.1);
    assertEquals(0, HeapCost.millis(0, HeapCost.USUAL_BYTES_PER_OBJECT));
  }

  @Test
  void aHeapOfLargeObjectsMayBeLarger() {
    assertEquals(7, HeapCost.millis(500 * MEGABYTE, 1000), 0.01);
  }

  @Test
  void onePercentOfThePeriodMayBeSpentOnCounting() {
    assertFalse(HeapCost.isOverShare(3_000, 0, 300_000));
    assertTrue(HeapCost.isOverShare(3_001, 0, 300_000));
  }

  @Test
  void whatSuchACollectionTakesAnywayIsNotTheAgents() {
    assertFalse(HeapCost.isOverShare(5_000, 4_500, 300_000));
    assertTrue(HeapCost.isOverShare(5_000, 1_500, 300_000));
    assertFalse(HeapCost.isOverShare(100, 400, 1_000));
  }
}

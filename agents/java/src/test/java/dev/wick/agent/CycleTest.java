package dev.wick.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wick.agent.report.AgentOrders;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CycleTest {
  /** A report each 300 s, none before 60. */
  private final AgentOrders orders = AgentOrders.DEFAULT;

  /** Seconds. */
  private long firstReport(Cycle cycle) {
    long at = 0;
    while (!cycle.isDue(at * 1000, orders, false)) at++;
    return at;
  }

  @Test
  void firstReportsOfAFleetAreSpreadOverThePeriod() {
    int[] inQuarter = new int[4];
    Random random = new Random(1);
    for (int agent = 0; agent < 1000; agent++) {
      long seconds = firstReport(new Cycle(random));
      assertTrue(seconds >= 60 && seconds <= 300, seconds + " s");
      inQuarter[(int) Math.min(3, (seconds - 60) / 60)]++;
    }
    for (int count : inQuarter) assertTrue(count > 200, count + " of 1000 in a quarter of the time");
  }

  @Test
  void laterOnesComeEachPeriod() {
    Cycle cycle = new Cycle(new Random(1));
    cycle.reported();
    assertEquals(300, firstReport(cycle));
  }

  @Test
  void aFullProfileIsSentEarlyButNotBeforeTheServersMinimum() {
    Cycle cycle = new Cycle(new Random(1));
    cycle.reported();
    assertFalse(cycle.isDue(59_999, orders, true));
    assertTrue(cycle.isDue(60_000, orders, true));
  }
}

package dev.wick.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BudgetTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void overTheShareTheAgentSlowsDownToATenthAndRecoversSlowly() {
    Budget budget = new Budget(0.01, 0.1, 0, 0);
    long now = 0;
    long cpu = 0;
    // Starting costs what it costs.
    now += 10 * SECOND;
    cpu += 5 * SECOND;
    int factor = budget.factor(now, cpu);
    assertEquals(1, factor);
    for (int expected : new int[] {2, 4, 8, 10, 10}) {
      now += 60 * SECOND;
      cpu += SECOND * 3 / 4;
      factor = budget.factor(now, cpu);
      assertEquals(expected, factor);
    }
    for (int span = 1; span <= 8; span++) {
      now += 60 * SECOND;
      factor = budget.factor(now, cpu);
      assertEquals(span < 2 ? 10 : span < 4 ? 5 : span < 6 ? 2 : 1, factor, "after " + span);
    }
  }

  @Test
  void atTheSlowestOverTheLimitItStopsAndGoesOnAsSlowlyAfterAPause() {
    Budget budget = new Budget(0.01, 0.1, 0, 0);
    long now = 10 * SECOND;
    long cpu = 0;
    budget.factor(now, cpu);
    for (int span = 1; span <= 5; span++) {
      assertFalse(budget.isExceeded(), "in span " + span + " it may still slow down");
      now += 60 * SECOND;
      cpu += 6 * SECOND;
      budget.factor(now, cpu);
    }
    assertTrue(budget.isExceeded());
    now += 300 * SECOND;
    budget.goOn(now, cpu);
    assertFalse(budget.isExceeded());
    now += 60 * SECOND;
    cpu += 6 * SECOND - 1;
    assertEquals(10, budget.factor(now, cpu));
    assertFalse(budget.isExceeded(), "under the limit");
  }
}

package dev.wick.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BudgetTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void overTheShareTheAgentSlowsDownToATenthAndRecoversSlowly() {
    Budget budget = new Budget(0.01, 0, 0);
    long now = 0;
    long cpu = 0;
    int factor = 1;
    for (int expected : new int[] {2, 4, 8, 10, 10}) {
      now += 10 * SECOND;
      cpu += SECOND / 2;
      factor = budget.factor(now, cpu);
      assertEquals(expected, factor);
    }
    for (int span = 1; span <= 24; span++) {
      now += 10 * SECOND;
      factor = budget.factor(now, cpu);
      assertEquals(span < 6 ? 10 : span < 12 ? 5 : span < 18 ? 2 : 1, factor, "after " + span);
    }
  }
}

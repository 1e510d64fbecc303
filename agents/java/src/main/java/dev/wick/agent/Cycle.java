package dev.wick.agent;

import dev.wick.agent.report.AgentOrders;
import java.util.Random;

/** When a report is due: the first after a random part of the period, so that agents that start together do not report together. */
final class Cycle {
  private double part;

  Cycle(Random random) {
    part = random.nextDouble();
  }

  /** @param ageMillis of the profile being made. @param isFull whether it has to be sent early */
  boolean isDue(long ageMillis, AgentOrders orders, boolean isFull) {
    long period = orders.reportMillis();
    long minimum = Math.min(orders.minimumReportingMillis, period);
    return ageMillis >= (isFull ? minimum : minimum + part * (period - minimum));
  }

  /** From now on whole periods. */
  void reported() {
    part = 1;
  }
}

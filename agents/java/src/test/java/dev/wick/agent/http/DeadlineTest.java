package dev.wick.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  @Test
  void onceOverNothingIsLeft() {
    assertTrue(Deadline.in(0).isOver());
    assertEquals(0, Deadline.in(0).millisLeft());
    assertTrue(Deadline.in(-1000).isOver());
    assertEquals(0, Deadline.in(-1000).millisLeft());
  }

  @Test
  void beforeItWhatIsLeftIsToldAsFarAsANumberGoes() {
    Deadline hour = Deadline.in(TimeUnit.HOURS.toMillis(1));
    assertFalse(hour.isOver());
    assertTrue(hour.millisLeft() > 3_000_000 && hour.millisLeft() <= 3_600_000, hour.millisLeft() + " ms");
    assertEquals(Integer.MAX_VALUE, Deadline.in(TimeUnit.DAYS.toMillis(365)).millisLeft());
  }
}

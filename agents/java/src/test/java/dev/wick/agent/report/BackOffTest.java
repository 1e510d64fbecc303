package dev.wick.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackOffTest {
  @Test
  void theSpanDoublesFromOneSecondToFiveMinutes() {
    BackOff backOff = new BackOff(() -> 1);
    for (long expected : new long[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
      assertEquals(expected * 1000, backOff.afterFailure(0));
    }
    for (int i = 0; i < 100; i++) assertEquals(300_000, backOff.afterFailure(0));
    backOff.afterSuccess();
    assertEquals(1000, backOff.afterFailure(0));
  }

  @Test
  void theWaitIsDrawnFromTheWholeSpanButNeverAtOnce() {
    Random random = new Random(1);
    int[] inQuarter = new int[4];
    for (int i = 0; i < 1000; i++) {
      BackOff backOff = new BackOff(random::nextDouble);
      for (int k = 0; k < 5; k++) backOff.afterFailure(0);
      long wait = backOff.afterFailure(0);
      assertTrue(wait >= 100 && wait <= 32_000, wait + " ms");
      inQuarter[(int) Math.min(3, wait / 8000)]++;
    }
    for (int count : inQuarter) assertTrue(count > 200, count + " of 1000 in a quarter of the span");
  }

  @Test
  void retryAfterCountsAtLeastAndAtMostAnHour() {
    BackOff backOff = new BackOff(() -> 0);
    assertEquals(100, backOff.afterFailure(0));
    assertEquals(500_000, backOff.afterFailure(500_000));
    assertEquals(3_600_000, backOff.afterFailure(999_999_999));
  }

  @Test
  void retryAfterIsSecondsOrADateOfTheServersClock() {
    long now = Instant.parse("2026-11-27T10:00:00Z").toEpochMilli();
    assertEquals(120_000, BackOff.retryAfter(" 120 ", now));
    assertEquals(90_000, BackOff.retryAfter("Fri, 27 Nov 2026 10:01:30 GMT", now));
    assertEquals(0, BackOff.retryAfter("Fri, 27 Nov 2026 09:00:00 GMT", now));
    String nextYear = DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.parse("2027-11-27T10:00:00Z").atZone(ZoneOffset.UTC));
    assertTrue(BackOff.retryAfter(nextYear, now) > 3_600_000);
    for (String nonsense : new String[] {null, "", "soon", "-5", "1e9", "99999999999999999999"}) {
      assertEquals(0, BackOff.retryAfter(nonsense, now), nonsense);
    }
  }
}

package dev.wick.agent.report;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.function.DoubleSupplier;

/** When to try again: 1 s · 2^k at most, drawn from the whole span, at most five minutes; what the server asks for counts at least. */
final class BackOff {
  private static final long FIRST_MILLIS = 1000;
  private static final long MAX_MILLIS = 300_000;
  /** A server that asks for more is asked again once an hour all the same. */
  private static final long MAX_RETRY_AFTER_MILLIS = 3_600_000;
  /** Never at once: a draw of zero would make a loop of it. */
  private static final long MIN_MILLIS = 100;

  private final DoubleSupplier draw;
  private int failures;

  /** @param draw from 0 up to 1 */
  BackOff(DoubleSupplier draw) {
    this.draw = draw;
  }

  /** @param retryAfter milliseconds that the server asks for, 0 for none. @return milliseconds to wait */
  long afterFailure(long retryAfter) {
    long most = Math.min(MAX_MILLIS, FIRST_MILLIS << Math.min(failures++, 10));
    return Math.max(MIN_MILLIS + (long) (draw.getAsDouble() * (most - MIN_MILLIS)), Math.min(retryAfter, MAX_RETRY_AFTER_MILLIS));
  }

  void afterSuccess() {
    failures = 0;
  }

  /**
   * What the header Retry-After asks for (RFC 9110, 10.2.3): seconds, or a date.
   *
   * @param header null where there is none
   * @param now epoch milliseconds by the server's clock
   * @return milliseconds; 0 where it asks for nothing, or cannot be read
   */
  static long retryAfter(String header, long now) {
    if (header == null) return 0;
    String text = header.trim();
    if (text.matches("\\d{1,9}")) return Long.parseLong(text) * 1000;
    try {
      return Math.max(0, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant().toEpochMilli() - now);
    } catch (DateTimeParseException unreadable) {
      return 0;
    }
  }
}

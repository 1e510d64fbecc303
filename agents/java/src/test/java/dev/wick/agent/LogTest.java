package dev.wick.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogTest {
  private final List<String> lines = new ArrayList<>();
  private long now = 1;
  private final Log log = new Log(lines::add, () -> now);

  @Test
  void eightLinesAtOnceThenOneAMinute() {
    for (int i = 0; i < 20; i++) log.say("line " + i);
    assertEquals(8, lines.size());
    for (int second = 0; second < 600; second++) {
      now += TimeUnit.SECONDS.toNanos(1);
      log.say("second " + second);
    }
    assertEquals(18, lines.size());
  }

  @Test
  void whatOthersSayMakesNoLinesOfItsOwn() {
    log.say("the server says no\nwick-agent: forged\r\u0000\u001b[2J" + "x".repeat(5000));
    assertEquals("wick-agent: the server says no wick-agent: forged [2Jxxx", lines.get(0).substring(0, 56));
    assertEquals(lines.get(0).length() - 1, lines.get(0).indexOf('\n'));
    assertTrue(lines.get(0).length() < 1100);
  }

  @Test
  void aLevelHidesWhatIsBelowIt() {
    Log silent = new Log(Log.Level.OFF, lines::add, () -> now);
    Log errors = new Log(Log.Level.ERROR, lines::add, () -> now);
    Log warnings = new Log(Log.Level.WARNING, lines::add, () -> now);
    for (Log one : List.of(silent, errors, warnings)) {
      one.fail("not started");
      one.state("disk", "full", "no room");
      one.recovered("disk", "room again");
    }
    assertEquals(List.of("wick-agent: not started\n", "wick-agent: not started\n", "wick-agent: no room\n"), lines);
    assertEquals(Optional.of(Log.Level.INFO), Log.level(null));
    assertEquals(Optional.of(Log.Level.INFO), Log.level("debug"));
    assertEquals(Optional.of(Log.Level.OFF), Log.level("off"));
    assertEquals(Optional.empty(), Log.level("loud"));
  }

  private void fill() {
    for (int i = 0; i < 8; i++) log.say("line " + i);
    lines.clear();
  }

  private void pass(int minutes) {
    now += TimeUnit.MINUTES.toNanos(minutes);
  }

  @Test
  void aStateThatThereIsNoRoomForIsSaidAsSoonAsThereIs() {
    fill();
    log.state("disk", "full", "no room");
    assertEquals(List.of(), lines);
    pass(1);
    log.state("disk", "full", "no room");
    log.state("disk", "full", "no room");
    log.recovered("disk", "room again");
    pass(1);
    log.recovered("disk", "room again");
    assertEquals(List.of("wick-agent: no room\n", "wick-agent: room again\n"), lines);
  }

  @Test
  void ofATroubleThatNobodyHeardOfTheEndIsNotSaidEither() {
    fill();
    log.state("disk", "full", "no room");
    pass(1);
    log.recovered("disk", "room again");
    assertEquals(List.of(), lines);
  }

  @Test
  void aStateIsSaidWhenItBegins() {
    for (int i = 0; i < 3; i++) log.state("disk", "full", "no room, " + i);
    log.recovered("disk", "room again");
    log.recovered("disk", "room again");
    log.state("disk", "full", "no room");
    assertEquals(List.of("wick-agent: no room, 0\n", "wick-agent: room again\n", "wick-agent: no room\n"), lines);
  }
}

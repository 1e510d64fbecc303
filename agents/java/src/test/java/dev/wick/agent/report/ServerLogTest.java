package dev.wick.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wick.agent.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServerLogTest {
  private final List<String> lines = new ArrayList<>();
  private long now = 1;
  private final Log log = new Log(lines::add, () -> now);
  private final ServerLog serverLog = new ServerLog(log);

  @Test
  void aTroubleThatThereIsNoRoomForIsSaidAsSoonAsThereIs() {
    for (int i = 0; i < 8; i++) log.say("line " + i);
    lines.clear();
    serverLog.failed(serverLog.asking, "denied", "denied");
    assertEquals(List.of(), lines);
    now += TimeUnit.MINUTES.toNanos(1);
    serverLog.failed(serverLog.asking, "denied", "denied");
    serverLog.failed(serverLog.sending, "denied", "denied");
    assertEquals(List.of("wick-agent: denied\n"), lines);
    now += TimeUnit.MINUTES.toNanos(1);
    serverLog.succeeded(serverLog.asking, "on", "on");
    assertEquals(List.of("wick-agent: denied\n", "wick-agent: on\n"), lines);
  }
}

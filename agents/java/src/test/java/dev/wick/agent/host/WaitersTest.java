package dev.wick.agent.host;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Java calls RUNNABLE is told apart: computing, and waiting in native calls, of each kind of socket there is. */
class WaitersTest extends GuestAndServer {
  private static final List<String> WAITING = List.of(
      "readSocket", "accept", "readChannel", "acceptChannel", "select", "receive", "receiveChannel", "readProcess", "wakeUp");
  private static final List<String> COMPUTING = List.of("compress", "work");

  /** Flight Recorder calls what waits in native code running, too: nothing of that may come in by it. */
  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (String java : javas()) {
      for (String arguments : List.of("", ",cpuStream:true")) cases.add(Arguments.of(java, arguments));
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void atLeast98OfAHundredSamplesHaveTheRightState(String java, String arguments) throws Exception {
    server.intervalMillis = 10;
    Guest host = new Guest.Builder(directory, server.url()).java(java).arguments(arguments).program(Waiters.class).start();
    host.waitFor(() -> server.total() > 5000);
    host.end();
    Map<String, Map<String, Long>> byMethod = new TreeMap<>();
    server.samples().forEach((path, count) -> {
      for (String frame : path.split(" ")) {
        if (!frame.startsWith(Waiters.class.getName() + '.') || frame.contains("lambda") || frame.endsWith(".main")) continue;
        String method = frame.substring(frame.lastIndexOf('.') + 1);
        byMethod.computeIfAbsent(method, name -> new TreeMap<>()).merge(path.substring(path.lastIndexOf(' ') + 1), count, Long::sum);
      }
    });
    long right = 0;
    for (String method : WAITING) right += right(byMethod, method, "WAITING");
    for (String method : COMPUTING) right += right(byMethod, method, "RUNNABLE");
    long all = byMethod.values().stream().mapToLong(WaitersTest::sum).sum();
    assertTrue(right >= all * 0.98, right + " of " + all + " are right: " + byMethod);
  }

  /** Samples of a method in the state that is right. Each begins by loading classes, or is woken and works a little. */
  private static long right(Map<String, Map<String, Long>> byMethod, String method, String state) {
    Map<String, Long> states = byMethod.getOrDefault(method, Map.of());
    long right = states.getOrDefault(state, 0L);
    assertTrue(right > 0 && right >= sum(states) * 0.9, method + " is not " + state + ": " + byMethod);
    return right;
  }

  private static long sum(Map<String, Long> states) {
    return states.values().stream().mapToLong(Long::longValue).sum();
  }
}

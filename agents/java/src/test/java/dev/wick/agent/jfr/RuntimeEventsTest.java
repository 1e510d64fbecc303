package dev.wick.agent.jfr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wick.agent.Settings;
import dev.wick.agent.aws.SharedFiles;
import dev.wick.agent.profile.CallTree;
import dev.wick.agent.profile.FrameTable;
import dev.wick.agent.profile.ThreadState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Flight Recorder of this very JVM. */
class RuntimeEventsTest {
  private static volatile long sink;

  private final List<String> said = new CopyOnWriteArrayList<>();

  private RuntimeEvents start(String... environment) {
    Map<String, String> variables = new HashMap<>(Map.of(
        "AWS_CODEGURU_PROFILER_GROUP_NAME", "shop", "AWS_CONFIG_FILE", "/nowhere", "AWS_SHARED_CREDENTIALS_FILE", "/nowhere"));
    for (int i = 0; i < environment.length; i += 2) variables.put(environment[i], environment[i + 1]);
    return RuntimeEvents.start(new Settings(Map.of(), variables::get, new SharedFiles(variables::get)), 1 << 20, said::add);
  }

  private static void compute(int millis, int depth) {
    if (depth > 0) {
      compute(millis, depth - 1);
      return;
    }
    long end = System.nanoTime() + millis * 1_000_000L;
    long sum = 0;
    while (System.nanoTime() < end) for (int i = 0; i < 10_000; i++) sum = sum * 31 + i;
    sink = sum;
  }

  /** Computes in a thread of its own, so deep in calls, and asks how many samples were used. */
  private static int samplesOf(RuntimeEvents events, int millis, int depth) throws Exception {
    Thread worker = new Thread(() -> compute(millis, depth));
    worker.start();
    worker.join();
    FrameTable frames = new FrameTable(1 << 20);
    CallTree tree = new CallTree(1000);
    int[] stack = {frames.frame("T", "main", null), 0};
    tree.weights().add(tree.node(stack, 2), ThreadState.RUNNABLE, millis * 1000L);
    int samples = events.shareOut(tree, frames, -1, millis * 1000L, 1000);
    assertEquals(millis * 1000L, tree.weights().totalMicros());
    return samples;
  }

  private static int samplesInTheEnd(RuntimeEvents events) throws Exception {
    int samples = 0;
    for (int tries = 0; tries < 120 && samples == 0; tries++) samples = samplesOf(events, 500, 0);
    return samples;
  }

  @Test
  void nothingIsSampledWhileTheAgentStandsStillAndTheStreamEndsWithIt() throws Exception {
    RuntimeEvents events = start("WICK_JFR_CPU", "true");
    long none = events.bytes();
    assertTrue(samplesInTheEnd(events) > 0, said + "");
    assertTrue(events.bytes() > none, "names are remembered");
    events.pause(true);
    assertEquals(0, samplesOf(events, 2500, 0));
    events.pause(false);
    assertTrue(samplesInTheEnd(events) > 0, said + "");
    Thread reader = events.reader();
    assertTrue(reader.isDaemon());
    events.close();
    reader.join(30_000);
    assertFalse(reader.isAlive());
    assertEquals(List.of(), said);
  }

  /** Of a stack that lacks its outer frames nobody knows where it belongs. */
  @Test
  void samplesOfStacksThatAreDeeperThanFlightRecorderKeepsAreNotUsed() throws Exception {
    RuntimeEvents events = start("WICK_JFR_CPU", "true");
    for (int tries = 0; tries < 120 && said.isEmpty(); tries++) samplesOf(events, 500, 80);
    assertEquals(0, samplesOf(events, 500, 80));
    events.close();
    assertEquals(1, said.size());
    assertTrue(said.get(0).contains("stackdepth"), said + "");
  }

  @Test
  void aStreamThatIsClosedWhileItOpensEndsToo() throws Exception {
    RuntimeEvents events = start("WICK_JFR_CPU", "true", "AWS_CODEGURU_PROFILER_HEAP_SUMMARY_ENABLED", "true");
    events.close();
    events.reader().join(60_000);
    assertFalse(events.reader().isAlive());
    assertEquals(List.of(), said);
  }

  @Test
  void unaskedNoStreamIsOpened() {
    RuntimeEvents events = start();
    assertNull(events.reader());
    assertNull(events.takeHeap());
  }
}

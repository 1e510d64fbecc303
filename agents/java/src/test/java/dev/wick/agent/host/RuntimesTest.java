package dev.wick.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** In a runtime that was made with few modules the agent does what can be done there, says what cannot, and the program is as alone. */
class RuntimesTest extends GuestAndServer {
  private static final String ALL_WISHES = ",cpuStream:true,heapSummaryEnabled:true";

  /** @return what the agent said but for its greeting */
  private String run(String modules, String arguments) throws Exception {
    Guest host = new Guest.Builder(directory, server.url()).java(SurroundingsTest.runtime(directory, modules)).arguments(arguments).start();
    host.waitFor(() -> server.profiles().size() >= 2);
    host.end();
    assertTrue(samples("host.Host.compute", "RUNNABLE") > 0, server.samples() + "");
    assertTrue(samples("java.lang.Thread.sleep", "TIMED_WAITING") > 0, server.samples() + "");
    // By name, where CPU time is not to be known.
    assertTrue(samples("sun.nio.ch.Net.accept", "WAITING") > 0, server.samples() + "");
    return host.said().lines().filter(line -> line.startsWith("wick-agent: ") && !line.contains("profiling group shop")).reduce("", (a, b) -> a + b + '\n');
  }

  private long samples(String frame, String state) {
    return server.samples().entrySet().stream().filter(entry -> entry.getKey().contains(frame) && entry.getKey().endsWith(' ' + state))
        .mapToLong(Map.Entry::getValue).sum();
  }

  @Test
  void withNothingButWhatAgentsNeed() throws Exception {
    String said = run("java.base,java.instrument", ALL_WISHES);
    assertEquals(
        "wick-agent: this JVM has no Flight Recorder (module jdk.jfr): there are no heap summaries and no CPU samples\n"
            + "wick-agent: this JVM does not tell the CPU time of threads: waiting in native code counts as running\n",
        said);
    assertTrue(server.profiles().stream().mapToLong(RuntimesTest::agentMillis).sum() > 0, "the time of looks is told");
  }

  @Test
  void withoutJdkManagementCpuTimeIsAskedForThreadByThread() throws Exception {
    assertEquals("", run("java.base,java.instrument,java.management", ""));
  }

  @Test
  void withManagementAndWithoutFlightRecorder() throws Exception {
    String said = run("java.base,java.instrument,java.management,jdk.management", ALL_WISHES);
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.contains("no Flight Recorder"), said);
  }

  @Test
  void withFlightRecorderAndWithoutManagement() throws Exception {
    Guest host = new Guest.Builder(directory, server.url()).java(SurroundingsTest.runtime(directory, "java.base,java.instrument,jdk.jfr"))
        .arguments(",cpuStream:true").start();
    host.waitFor(() -> server.profiles().stream().anyMatch(RuntimesTest::hasCpuSamples));
    host.end();
    assertTrue(host.said().contains("does not tell the CPU time"), host.said());
  }

  private static long agentMillis(Map<String, Object> profile) {
    Map<?, ?> overhead = (Map<?, ?>) ((Map<?, ?>) profile.get("agentMetadata")).get("agentOverhead");
    return Recorder.number(overhead.get("timeInMs"));
  }

  private static boolean hasCpuSamples(Map<String, Object> profile) {
    Map<?, ?> sampling = (Map<?, ?>) ((Map<?, ?>) profile.get("agentMetadata")).get("sampler");
    return Recorder.number(sampling.get("cpuSamples")) > 0;
  }
}

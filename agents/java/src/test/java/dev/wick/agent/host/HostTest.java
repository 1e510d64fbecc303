package dev.wick.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program was doing is told; and it ends under the agent as it does alone. */
class HostTest extends GuestAndServer {
  private Guest.Builder guest() {
    return new Guest.Builder(directory, server.url());
  }

  @ParameterizedTest
  @MethodSource("javas")
  void atLeast98OfAHundredThreadSamplesHaveTheRightState(String java) throws Exception {
    server.intervalMillis = 10;
    Guest host = guest().java(java).start();
    host.waitFor(() -> server.total() > 3000);
    host.end();
    Map<String, Long> samples = server.samples();
    // Where each thread is; how it got there counts as wrong.
    String[][] right = {
      {"host.Host.compute", "RUNNABLE"},
      {"sun.nio.ch.Net.accept ", "WAITING"},
      {"java.lang.Thread.sleep", "TIMED_WAITING"},
      {"java.util.concurrent.ThreadPoolExecutor.getTask", "IDLE"},
      {"host.Host.enter", "BLOCKED"},
      {"host.Host.take", "WAITING"},
      {"java.lang.ref.Reference$ReferenceHandler.run", "IDLE"},
      {"java.lang.ref.Finalizer$FinalizerThread.run", "IDLE"},
      {"jdk.internal.ref.CleanerImpl.run", "IDLE"},
    };
    long sum = 0;
    for (String[] expected : right) {
      long here = samples.entrySet().stream()
          .filter(entry -> entry.getKey().contains(expected[0]) && entry.getKey().endsWith(' ' + expected[1]))
          .mapToLong(Map.Entry::getValue).sum();
      assertTrue(here > 0, expected[0] + " is never " + expected[1] + ": " + samples);
      sum += here;
    }
    assertTrue(sum >= server.total() * 0.98, sum + " of " + server.total() + " are right: " + samples);
    assertFalse(samples.toString().contains("dev.wick.agent.SamplingLoop"), "the agent is no part of the program");
  }

  /** The number is the JVM's; before Java 19 nobody tells it but the thread, which is not seen then. */
  @ParameterizedTest
  @MethodSource("javas")
  void aThreadThatDoesNotTellItsNumberKeepsNoOtherFromBeingSeen(String java) throws Exception {
    Guest host = guest().java(java).program(Unnumbered.class).start();
    host.waitFor(() -> server.samples().keySet().stream().anyMatch(path -> path.contains("Unnumbered.main ")));
    host.end();
    assertEquals(feature(java) >= 19, server.samples().keySet().stream().anyMatch(path -> path.contains("Unnumbered.work ")), host.said());
    assertEquals(1, host.lines().size(), host.said());
  }

  @Test
  void profilesTouch() throws Exception {
    Guest host = guest().start();
    host.waitFor(() -> server.profiles().size() >= 3);
    host.end();
    long last = 0;
    for (Map<String, Object> profile : server.profiles()) {
      long start = Recorder.number(profile.get("start"));
      if (last != 0) assertTrue(Math.abs(start - last) <= 300, "between profiles lie " + (start - last) + " ms");
      last = Recorder.number(profile.get("end"));
      assertTrue(last > start);
    }
  }

  /** The thread that reports waits for just this profile: it must not take it, and then be cut off while it posts it. */
  @RepeatedTest(4)
  void theLastProfileArrivesOnceHoweverSlowlyItIsTaken() throws Exception {
    server.periodSeconds = 300;
    server.handler = (exchange, call) -> {
      if (call.isProfile) pause(300);
      return false;
    };
    Guest host = guest().start();
    host.waitFor(() -> !server.calls.isEmpty());
    pause(1000);
    host.end();
    assertEquals(1, server.profiles().size(), host.said());
    assertTrue(server.total() > 0);
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void ofManyThreadsAPartIsVisitedAndStandsForAll() throws Exception {
    Guest host = guest().how("many").start();
    // While the program starts there are few.
    host.waitFor(() -> manyThreads() != null);
    Map<?, ?> metadata = manyThreads();
    host.end();
    double threads = threads(metadata);
    double weight = (Double) ((Map<?, ?>) metadata.get("sampler")).get("threadWeight");
    assertTrue(threads < 330, threads + " threads");
    assertEquals(threads / 100, weight, 0.01);
    long asleep = server.samples().entrySet().stream()
        .filter(entry -> entry.getKey().endsWith("java.lang.Thread.sleep TIMED_WAITING") || entry.getKey().contains("sleep0"))
        .mapToLong(Map.Entry::getValue).sum();
    assertTrue(asleep > server.total() * 0.9, asleep + " of " + server.total());
  }

  /** What the first profile with all of them says of itself; null as long as there is none. */
  private Map<?, ?> manyThreads() {
    for (Map<String, Object> profile : server.profiles()) {
      Map<?, ?> metadata = (Map<?, ?>) profile.get("agentMetadata");
      if (threads(metadata) > 300) return metadata;
    }
    return null;
  }

  private static double threads(Map<?, ?> metadata) {
    return (Double) ((Map<?, ?>) metadata.get("metrics")).get("numThreads");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exit", "throw"})
  void aProgramThatEndsAtOnceEndsAsItDoesAlone(String how) throws Exception {
    Process alone = new ProcessBuilder(Guest.ownJava(), "-cp", "target/test-classes", Host.class.getName(), "nowhere", how).start();
    String printed = new String(alone.getInputStream().readAllBytes());
    String said = new String(alone.getErrorStream().readAllBytes());
    Guest host = guest().how(how).start();
    assertEquals(alone.waitFor(), host.exitCode());
    assertEquals(printed, host.printed());
    assertEquals(said, host.said().lines().filter(line -> !line.startsWith("wick-agent")).map(line -> line + '\n').collect(Collectors.joining()));
  }

  @Test
  void switchedOffItSendsNothing() throws Exception {
    Guest host = guest().how("exit").environment("AWS_CODEGURU_PROFILER_ENABLED", "false").start();
    assertEquals(3, host.exitCode());
    assertTrue(server.calls.isEmpty());
  }

  @Test
  void whereTheKillSwitchIsThereFromTheStartNothingIsEverSent() throws Exception {
    Files.createFile(directory.resolve("kill"));
    Guest host = guest().start();
    host.waitFor(() -> host.said().contains("switched off while " + directory.resolve("kill") + " is there"));
    pause(3000);
    host.end();
    assertTrue(server.calls.isEmpty());
    assertEquals(1, host.lines().size(), host.said());
  }

  /** And nothing be read: the locale has no such names. In a file, whose bytes no locale changes on the way. */
  @ParameterizedTest
  @MethodSource("javas")
  void whereNothingCanBeWrittenThereAreNoHeapSummariesAndAllElseIsAsUsual(String java) throws Exception {
    Path flags = Files.writeString(directory.resolve("flags"), "-Duser.home=/home/m\u00f6ller -Djava.io.tmpdir=/home/m\u00f6ller");
    Guest host = guest().java(java).arguments(",heapSummaryEnabled:true").environment("LC_ALL", "C")
        .flag("@" + flags).flag("-XX:-UsePerfData").start();
    host.waitFor(() -> server.profiles().size() >= 2 && host.said().contains("there are no heap summaries"));
    host.end();
    assertEquals(1, host.said().lines().filter(line -> line.contains("heap summaries")).count(), host.said());
    assertTrue(host.said().contains("Flight Recorder cannot be used"), host.said());
  }
}

package dev.wick.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wick.agent.aws.SharedFiles;
import dev.wick.agent.host.Recorder;
import dev.wick.agent.report.Reporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file, looked for each minute of a clock that the test sets. */
class KillSwitchTest {
  @TempDir Path directory;

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Log log = new Log(lines::add, System::nanoTime);
  private volatile long ahead;

  private void pass(int seconds) {
    ahead += TimeUnit.SECONDS.toNanos(seconds);
  }

  private Path file() {
    return directory.resolve("killProfiler");
  }

  @Test
  void theFileIsLookedForOnceAMinute() throws Exception {
    long[] now = {5};
    KillSwitch killSwitch = new KillSwitch(file().toString(), log, () -> now[0] + ahead);
    assertFalse(killSwitch.isThrown());
    Files.createFile(file());
    pass(59);
    assertFalse(killSwitch.isThrown());
    pass(1);
    assertTrue(killSwitch.isThrown());
    Files.delete(file());
    pass(59);
    assertTrue(killSwitch.isThrown());
    pass(1);
    assertFalse(killSwitch.isThrown());
    assertEquals(List.of(
        "wick-agent: switched off while " + file() + " is there\n", "wick-agent: " + file() + " is gone: profiling goes on\n"), lines);
  }

  /** The real loop, reporter and sockets; this JVM is what is sampled. */
  @Test
  void whileItIsThereNothingIsSampledAskedOrSent() throws Exception {
    try (Recorder server = new Recorder()) {
      // Stacks of JUnit are deeper than what the agent's own reader, which reads answers, takes for JSON.
      server.maxStackDepth = 5;
      Map<String, String> variables = Map.of(
          "AWS_CODEGURU_PROFILER_GROUP_NAME", "shop", "AWS_ENDPOINT_URL", server.url(), "AWS_CONFIG_FILE", "/nowhere",
          "AWS_SHARED_CREDENTIALS_FILE", "/nowhere", "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "fake",
          "AWS_EC2_METADATA_DISABLED", "true", "WICK_KILL_SWITCH_FILE", file().toString());
      SharedFiles files = new SharedFiles(variables::get);
      Settings settings = new Settings(Map.of(), variables::get, files);
      KillSwitch killSwitch = new KillSwitch(settings.killSwitchFile, log, () -> System.nanoTime() + ahead);
      Reporter reporter = new Reporter(settings, files, log, killSwitch, "test");
      SamplingLoop loop = new SamplingLoop(settings, reporter, log, killSwitch, Thread.currentThread());
      Thread reporting = daemon(reporter::run);
      daemon(loop::run);
      waitFor(() -> profiles(server) >= 2);

      Files.createFile(file());
      pass(60);
      waitFor(() -> lines.toString().contains("switched off while"));
      // What was on its way.
      Thread.sleep(500);
      int calls = server.calls.size();
      Thread.sleep(3000);
      assertEquals(calls, server.calls.size(), "calls while the file was there");
      long offUntil = System.currentTimeMillis();

      Files.delete(file());
      pass(60);
      waitFor(() -> lines.toString().contains("is gone") && profiles(server) >= calls / 2 + 2);
      long resumed = server.calls.stream().filter(call -> call.isProfile && call.body.containsKey("start"))
          .map(call -> Recorder.number(call.body.get("start")))
          .filter(start -> start > offUntil - 2500).min(Long::compare).orElseThrow();
      assertTrue(resumed >= offUntil - 100, "nothing is told of the time between");
      loop.stop(1000);
      reporter.close();
      reporting.join(10_000);
      assertFalse(reporting.isAlive());
    }
  }

  private static long profiles(Recorder server) {
    return server.calls.stream().filter(call -> call.isProfile).count();
  }

  private static Thread daemon(Runnable run) {
    Thread thread = new Thread(run, "wick-agent-test");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void waitFor(BooleanSupplier condition) throws InterruptedException {
    for (int tries = 0; tries < 600 && !condition.getAsBoolean(); tries++) Thread.sleep(100);
    assertTrue(condition.getAsBoolean(), () -> "waited in vain; the agent says: " + lines);
  }
}

package dev.wick.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wick.agent.aws.SharedFiles;
import dev.wick.agent.host.Recorder;
import dev.wick.agent.report.AgentOrders;
import dev.wick.agent.report.Reporter;
import dev.wick.agent.sampler.Samplers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The loop with looks that go as a test wants, on a clock that stands still unless the test moves it. */
class SamplingLoopTest {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Log log = new Log(lines::add, System::nanoTime);
  private final AtomicLong now = new AtomicLong(1);
  /** How often the loop asked for the time: once a turn, and once a look. */
  private final AtomicInteger turns = new AtomicInteger();
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicBoolean isMemoryFull = new AtomicBoolean();
  private Recorder server;
  private Reporter reporter;
  private SamplingLoop loop;
  private Thread looping;

  @BeforeEach
  void listen() throws Exception {
    server = new Recorder();
  }

  @AfterEach
  void close() throws Exception {
    loop.stop(10_000);
    server.close();
  }

  /** @param atLook happens within each look, whose number it can tell */
  private void start(Runnable atLook) {
    Map<String, String> variables = Map.of(
        "AWS_CODEGURU_PROFILER_GROUP_NAME", "shop", "AWS_ENDPOINT_URL", server.url(), "AWS_CONFIG_FILE", "/nowhere",
        "AWS_SHARED_CREDENTIALS_FILE", "/nowhere", "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "fake",
        "AWS_EC2_METADATA_DISABLED", "true", "WICK_KILL_SWITCH_FILE", "/nowhere");
    SharedFiles files = new SharedFiles(variables::get);
    Settings settings = new Settings(Map.of(), variables::get, files);
    KillSwitch killSwitch = new KillSwitch("/nowhere", log, now::get);
    // Not running: its orders are those that agents have before a server has answered.
    reporter = new Reporter(settings, files, log, killSwitch, "test");
    Runnable counted = () -> {
      looks.incrementAndGet();
      atLook.run();
    };
    loop = new SamplingLoop(settings, reporter, log, killSwitch, Samplers.withoutCpuTime(counted), this::nanos, Thread.currentThread());
    looping = new Thread(loop::run, "wick-agent-test");
    looping.setDaemon(true);
    looping.start();
  }

  private long nanos() {
    turns.incrementAndGet();
    if (isMemoryFull.get()) throw new OutOfMemoryError("Java heap space");
    return now.get();
  }

  private void pass(long millis) {
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private void waitFor(BooleanSupplier condition) throws InterruptedException {
    for (int tries = 0; tries < 600 && !condition.getAsBoolean(); tries++) Thread.sleep(100);
    assertTrue(condition.getAsBoolean(), () -> "waited in vain; the agent says: " + lines);
  }

  private boolean isSaid(String words) {
    return lines.toString().contains(words);
  }

  /** What the profiles tell of the agent, once it has ended. */
  private List<Map<?, ?>> told() throws Exception {
    loop.stop(10_000);
    reporter.flush(10_000);
    return server.profiles().stream().map(profile -> (Map<?, ?>) profile.get("agentMetadata")).collect(Collectors.toList());
  }

  @Test
  void interruptedByWhomEverItEndsAndSaysSo() throws Exception {
    start(() -> { });
    waitFor(() -> looks.get() > 0);
    looping.interrupt();
    looping.join(10_000);
    assertTrue(isSaid("profiling ends: the program interrupted the agent's thread"), lines + "");
  }

  @Test
  void whereNoClockTellsCpuTimeWhatLooksTakeIsTheAgentsCostAndKeptWithinItsShare() throws Exception {
    start(() -> pass(61_000));
    waitFor(() -> isSaid("even the fewest looks"));
    int all = looks.get();
    long millis = told().stream().mapToLong(of -> Recorder.number(((Map<?, ?>) of.get("agentOverhead")).get("timeInMs"))).sum();
    assertEquals(all * 61_000L, millis);
    assertEquals(
        List.of(
            "wick-agent: this JVM does not tell the CPU time of threads: waiting in native code counts as running\n",
            "wick-agent: looks 2 times less often, to stay within its share of the CPU\n",
            "wick-agent: looks 4 times less often, to stay within its share of the CPU\n",
            "wick-agent: looks 8 times less often, to stay within its share of the CPU\n",
            "wick-agent: looks 10 times less often, to stay within its share of the CPU\n"),
        lines.subList(0, 5));
  }

  /** Waits until the loop has gone round twice from now on. */
  private void turn() throws InterruptedException {
    int before = turns.get();
    waitFor(() -> turns.get() >= before + 4);
  }

  @Test
  void afterThreeFailuresInARowItKeepsStillForAPeriodAndTriesAgain() throws Exception {
    AtomicBoolean isWell = new AtomicBoolean();
    start(() -> {
      if (!isWell.get()) throw new IllegalStateException("no stacks");
    });
    waitFor(() -> isSaid("cannot look"));
    assertEquals(3, looks.get());
    long period = AgentOrders.DEFAULT.reportMillis();
    pass(period - 1);
    turn();
    assertEquals(3, looks.get(), "looks before the period is over");

    pass(1);
    waitFor(() -> looks.get() == 6);
    turn();
    assertEquals(6, looks.get(), "looks in the second period");

    isWell.set(true);
    pass(period);
    waitFor(() -> isSaid("looks at the threads again"));
    assertEquals(
        List.of(
            "wick-agent: cannot look at the threads, tries again in a period: java.lang.IllegalStateException: no stacks\n",
            "wick-agent: looks at the threads again\n"),
        lines.subList(1, lines.size()));
  }

  @Test
  void failuresThatAreNotInARowAreToldWithTheProfileAndStopNothing() throws Exception {
    start(() -> {
      pass(100);
      if (looks.get() < 9 && looks.get() % 3 > 0) throw new IllegalStateException("no stacks");
    });
    waitFor(() -> looks.get() >= 12);
    List<Map<?, ?>> told = told();
    assertEquals(1, told.size());
    Map<?, ?> sampler = (Map<?, ?>) told.get(0).get("sampler");
    assertEquals(6, Recorder.number(sampler.get("failedTicks")));
    assertEquals("sampling: java.lang.IllegalStateException: no stacks", sampler.get("lastError"));
    assertFalse(isSaid("cannot look"), lines.toString());
  }

  /** Wherever it is noticed, also on the way out of a failure: a program that got over it would lose its profiler for good. */
  @Test
  void whileTheMemoryOfTheJvmIsFullItWaitsAndThenGoesOn() throws Exception {
    start(() -> pass(600));
    isMemoryFull.set(true);
    int asked = turns.get();
    waitFor(() -> turns.get() > asked + 2);
    isMemoryFull.set(false);
    waitFor(() -> isSaid("looks at the threads again"));
    assertTrue(isSaid("the JVM has no memory left: what was seen since the last report is lost"), lines + "");
    assertFalse(told().isEmpty(), "profiles");
  }
}

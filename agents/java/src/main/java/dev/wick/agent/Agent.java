package dev.wick.agent;

import dev.wick.agent.aws.SharedFiles;
import dev.wick.agent.http.Deadline;
import dev.wick.agent.report.Invocation;
import dev.wick.agent.report.Reporter;
import dev.wick.agent.sampler.ThreadSampler;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** All that runs between a start and its end: a thread that samples and one that reports. One at a time in a process. */
final class Agent {
  static final String RUNS_ALREADY = "a profiler runs already: this one is not started";

  /** For threads of ours: what ends them is no concern of a handler that the host has for its own. */
  static final Thread.UncaughtExceptionHandler QUIET = (dead, reason) -> {};

  /** The names of its threads, in all class loaders. */
  private static final String SAMPLER = "wick-agent";
  private static final String REPORTER = "wick-agent-reporter";

  /** What the end of the process, or of the agent, may take longer. */
  private static final int EXIT_MILLIS = 2000;

  /** A thread that the JVM has begun to start runs long before. */
  private static final int START_MILLIS = 2000;
  private static final int POLL_MILLIS = 10;

  /** From its start until its threads have nothing to do any more. */
  private static final AtomicReference<Agent> RUNNING = new AtomicReference<>();

  private final Map<String, String> arguments;
  private final Log log;
  /** Whether it samples, or never will. */
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean isStopping;
  private volatile SamplingLoop loop;
  private volatile Reporter reporter;
  private volatile Thread reporting;
  /** The last of Lambda's calls; null where none began. */
  private volatile Invocation invocation;

  Agent(Map<String, String> arguments, Log log) {
    this.arguments = arguments;
    this.log = log;
  }

  /** That of this process, started where there is none. */
  static Agent ofProcess(Map<String, String> arguments, Log log) {
    Agent own = new Agent(arguments, log);
    for (Agent running = RUNNING.get(); ; running = RUNNING.get()) {
      if (running != null) return running;
      if (own.start()) return own;
    }
  }

  /** Runs in a thread of its own. @return false where one runs already, or the JVM was told to start one */
  boolean start() {
    awaitTheJvms();
    if (!RUNNING.compareAndSet(null, this)) return false;
    try {
      daemon(SAMPLER, this::run).start();
    } catch (Throwable noThread) {
      log.fail("not started: " + noThread);
      end();
    }
    return true;
  }

  /** Runs in this thread, which is the agent's, as long as the program does; not at all where one runs already. Never throws. */
  void runHere() {
    boolean isFree = RUNNING.compareAndSet(null, this);
    WickAgent.started();
    if (isFree) run();
    else log.warn(RUNS_ALREADY);
  }

  /** Ends it, and posts what was seen since the last report; two seconds at most. */
  synchronized void stop() {
    if (ended.getCount() == 0) return;
    Deadline deadline = Deadline.in(EXIT_MILLIS);
    // Where setting up takes longer than anybody waits, it is heeded at the end of that.
    isStopping = true;
    try {
      started.await(EXIT_MILLIS, TimeUnit.MILLISECONDS);
      finish(deadline);
      ended.await(deadline.millisLeft(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  /** A call of Lambda's begins. */
  void invoked(Invocation begun) {
    invocation = begun;
    SamplingLoop sampling = loop;
    Reporter reports = reporter;
    if (reports != null) reports.resume(begun);
    if (sampling != null) sampling.resume();
  }

  /** A call of Lambda's ends: what is due is sent, and nothing done until the next. Takes so long at most. */
  void suspend(int millis) throws InterruptedException {
    Deadline deadline = Deadline.in(millis);
    if (!started.await(millis, TimeUnit.MILLISECONDS) || loop == null) return;
    loop.suspend();
    reporter.suspend(deadline.millisLeft());
  }

  /** In the agent's own thread: whatever takes time does not take the host's. */
  private void run() {
    Thread hook = new Thread(() -> finish(Deadline.in(EXIT_MILLIS)), "wick-agent-exit");
    try {
      SharedFiles files = new SharedFiles(System::getenv);
      Settings settings = new Settings(arguments, System::getenv, files);
      if (!settings.enabled) {
        log.say("switched off by AWS_CODEGURU_PROFILER_ENABLED");
        return;
      }
      if (runsElsewhere()) {
        log.warn(RUNS_ALREADY);
        return;
      }
      settings.complaints.forEach(log::warn);
      KillSwitch killSwitch = new KillSwitch(settings.killSwitchFile, log, System::nanoTime);
      Reporter reports = new Reporter(settings, files, log, killSwitch, Profiler.VERSION);
      reporting = daemon(REPORTER, reports::run);
      reporter = reports;
      Invocation begun = invocation;
      if (begun != null) reports.resume(begun);
      // First of all: the server's answer takes longer than anything here.
      reporting.start();
      SamplingLoop sampling = new SamplingLoop(settings, reports, log, killSwitch, Thread.currentThread(), reporting);
      loop = sampling;
      started.countDown();
      try {
        Runtime.getRuntime().addShutdownHook(hook);
      } catch (IllegalStateException endsAlready) {
        return;
      }
      if (isStopping) sampling.stop(0);
      sampling.run();
    } catch (IllegalArgumentException wrong) {
      log.fail("not started: " + wrong.getMessage());
    } catch (Throwable unexpected) {
      log.fail("stopped: " + unexpected);
    } finally {
      try {
        tidyUp(hook);
      } finally {
        // Also where a security manager of the program's forbids the rest.
        end();
      }
    }
  }

  /** Without samples there is nothing to report. */
  private void tidyUp(Thread hook) {
    Reporter reports = reporter;
    if (reports != null) {
      reports.close();
      // A call that is under way goes on for a while, and is in no other agent's way.
      reporting.setName(REPORTER + "-ending");
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endsAnyway) {
      // It is the hook that ended the loop.
    }
  }

  private void end() {
    RUNNING.compareAndSet(this, null);
    started.countDown();
    ended.countDown();
  }

  /** The last report, in a thread that nobody has to wait for. */
  private void finish(Deadline deadline) {
    SamplingLoop sampling = loop;
    Reporter reports = reporter;
    if (sampling == null || reports == null) return;
    try {
      Thread flush = daemon("wick-agent-flush", () -> flush(sampling, reports, deadline));
      flush.start();
      flush.join(Math.max(1, deadline.millisLeft()));
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    } catch (Throwable noThread) {
      // Nothing can be done any more.
    }
  }

  private void flush(SamplingLoop sampling, Reporter reports, Deadline deadline) {
    try {
      // First, or it takes the last profile and is cut off while it posts it.
      reports.close();
      reporting.join(EXIT_MILLIS / 8);
      sampling.stop(EXIT_MILLIS / 4);
      reports.flush(deadline.millisLeft());
    } catch (Throwable lost) {
      log.warn("the last profile is lost: " + lost);
    }
  }

  /**
   * Whether an agent of another class loader reports: it has a {@link #RUNNING} of its own. One that was begun before this one, and may
   * be about to, is waited for.
   */
  private static boolean runsElsewhere() throws InterruptedException {
    long own = ThreadSampler.id(Thread.currentThread());
    for (Deadline deadline = Deadline.in(START_MILLIS); ; Thread.sleep(POLL_MILLIS)) {
      List<Thread> others = ofOtherLoaders();
      if (others.stream().anyMatch(one -> one.getName().equals(REPORTER))) return true;
      boolean isSecond = others.stream().anyMatch(one -> one.getName().equals(SAMPLER) && ThreadSampler.id(one) < own);
      if (!isSecond || deadline.isOver()) return false;
    }
  }

  private static List<Thread> ofOtherLoaders() {
    ThreadGroup all = WickAgent.rootGroup();
    Thread[] threads = new Thread[all.activeCount() * 2 + 16];
    int count = all.enumerate(threads, true);
    return Arrays.stream(threads, 0, count)
        .filter(one -> one.getName().startsWith(SAMPLER) && one.getUncaughtExceptionHandler() != QUIET)
        .collect(Collectors.toList());
  }

  /** That of the JVM's command line counts, whichever thread is quicker. */
  private static void awaitTheJvms() {
    Deadline deadline = Deadline.in(START_MILLIS);
    synchronized (WickAgent.class) {
      try {
        while (WickAgent.isStarting() && !deadline.isOver()) WickAgent.class.wait(deadline.millisLeft() + 1L);
      } catch (InterruptedException hurry) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Thread daemon(String name, Runnable run) {
    Thread thread = new Thread(WickAgent.rootGroup(), run, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    thread.setUncaughtExceptionHandler(QUIET);
    return thread;
  }
}

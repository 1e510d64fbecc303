package dev.wick.agent;

import dev.wick.agent.aws.SharedFiles;
import dev.wick.agent.report.Invocation;
import dev.wick.agent.report.Reporter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The profiler of this process, for programs that start it themselves:
 *
 * <pre>{@code
 * Profiler profiler = Profiler.builder().profilingGroupName("shop").build();
 * profiler.start();
 * }</pre>
 *
 * One at a time in a process. Nothing here throws once it is built, and all threads are daemons.
 */
public final class Profiler {
  /** What is in the jar's manifest says the same. */
  static final String VERSION = "0.1.0";
  /** What the end of the process may take longer. */
  private static final int EXIT_MILLIS = 2000;

  private static final AtomicReference<Profiler> RUNNING = new AtomicReference<>();

  private final Map<String, String> arguments;
  private final Log log = new Log();
  private volatile SamplingLoop loop;
  private volatile Reporter reporter;
  /** The last of Lambda's calls; null where none began. */
  private volatile Invocation invocation;
  /** Whether it runs, or never will. */
  private final CountDownLatch started = new CountDownLatch(1);
  private Thread reporting;
  private Thread hook;

  private Profiler(Map<String, String> arguments) {
    this.arguments = arguments;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Says what the environment leaves open; what is set here wins. */
  public static final class Builder {
    private final Map<String, String> arguments = new LinkedHashMap<>();

    private Builder() {}

    public Builder profilingGroupName(String name) {
      return with("profilingGroupName", name);
    }

    public Builder region(String region) {
      return with("region", region);
    }

    /** Where to report to, {@code https://wick.example.com:8443}. */
    public Builder endpoint(String url) {
      return with("endpoint", url);
    }

    /** A PEM file of the certificates to trust. */
    public Builder caBundle(String file) {
      return with("caBundle", file);
    }

    public Builder withHeapSummary(boolean enabled) {
      return with("heapSummaryEnabled", Boolean.toString(enabled));
    }

    /** Flight Recorder's CPU samples, where this JVM has them, say where running time is spent. */
    public Builder withCpuStream(boolean enabled) {
      return with("cpuStream", Boolean.toString(enabled));
    }

    public Profiler build() {
      return new Profiler(new LinkedHashMap<>(arguments));
    }

    private Builder with(String key, String value) {
      arguments.put(key, value);
      return this;
    }
  }

  /** Starts; of no effect where a profiler runs already, or where it is switched off. */
  public void start() {
    if (!RUNNING.compareAndSet(null, this)) {
      log.say("a profiler runs already in this process");
      return;
    }
    daemon("wick-agent", this::run).start();
  }

  /** Stops, and posts what was seen since the last report; two seconds at most. */
  public void stop() {
    if (!RUNNING.compareAndSet(this, null)) return;
    try {
      if (hook != null) Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endsAnyway) {
      // The hook does the same.
    }
    finish();
  }

  /** The profiler that handlers of AWS Lambda call through; started by the first call. */
  public static LambdaProfiler lambda() {
    return new LambdaProfiler();
  }

  /** That of this process, started where there is none. */
  static Profiler ofProcess() {
    Profiler own = builder().build();
    for (Profiler running = RUNNING.get(); ; running = RUNNING.get()) {
      if (running != null) return running;
      if (!RUNNING.compareAndSet(null, own)) continue;
      daemon("wick-agent", own::run).start();
      return own;
    }
  }

  /** Runs in this thread, which is the agent's, as long as the program does. Never throws. */
  static void runHere(String text) {
    Profiler profiler;
    try {
      profiler = new Profiler(Settings.arguments(text));
    } catch (IllegalArgumentException wrong) {
      new Log().say("not started: " + wrong.getMessage());
      return;
    }
    if (RUNNING.compareAndSet(null, profiler)) profiler.run();
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
    long deadline = System.nanoTime() + millis * 1_000_000L;
    if (!started.await(millis, TimeUnit.MILLISECONDS) || loop == null) return;
    loop.suspend();
    reporter.suspend((int) Math.max(0, (deadline - System.nanoTime()) / 1_000_000));
  }

  /** In the agent's own thread: whatever takes time does not take the host's. */
  private void run() {
    try {
      SharedFiles files = new SharedFiles(System::getenv);
      Settings settings = new Settings(arguments, System::getenv, files);
      if (!settings.enabled) {
        log.say("switched off by AWS_CODEGURU_PROFILER_ENABLED");
        RUNNING.compareAndSet(this, null);
        return;
      }
      KillSwitch killSwitch = new KillSwitch(settings.killSwitchFile, log, System::nanoTime);
      Reporter reports = new Reporter(settings, files, log, killSwitch, VERSION);
      reporting = daemon("wick-agent-reporter", reports::run);
      reporter = reports;
      Invocation begun = invocation;
      if (begun != null) reports.resume(begun);
      // First of all: the server's answer takes longer than anything here.
      reporting.start();
      SamplingLoop sampling = new SamplingLoop(settings, reports, log, killSwitch, Thread.currentThread(), reporting);
      loop = sampling;
      started.countDown();
      hook = new Thread(this::finish, "wick-agent-exit");
      try {
        Runtime.getRuntime().addShutdownHook(hook);
      } catch (IllegalStateException endsAlready) {
        return;
      }
      sampling.run();
    } catch (IllegalArgumentException wrong) {
      log.say("not started: " + wrong.getMessage());
      RUNNING.compareAndSet(this, null);
    } catch (Throwable unexpected) {
      log.say("stopped: " + unexpected);
      RUNNING.compareAndSet(this, null);
    } finally {
      started.countDown();
    }
  }

  /** The last report, in a thread that nobody has to wait for. */
  private void finish() {
    SamplingLoop sampling = loop;
    Reporter reports = reporter;
    if (sampling == null || reports == null) return;
    long deadline = System.nanoTime() + EXIT_MILLIS * 1_000_000L;
    Thread flush = daemon("wick-agent-flush", () -> {
      try {
        // First, or it takes the last profile and is cut off while it posts it.
        reports.close();
        reporting.join(EXIT_MILLIS / 8);
        sampling.stop(EXIT_MILLIS / 4);
        reports.flush((int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      } catch (Throwable lost) {
        log.say("the last profile is lost: " + lost);
      }
    });
    try {
      flush.start();
      flush.join(EXIT_MILLIS);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    } catch (Throwable noThread) {
      // Nothing can be done any more.
    }
  }

  private static Thread daemon(String name, Runnable run) {
    Thread thread = new Thread(null, run, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    thread.setUncaughtExceptionHandler((dead, reason) -> {});
    return thread;
  }
}

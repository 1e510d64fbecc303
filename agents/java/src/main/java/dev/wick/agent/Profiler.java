package dev.wick.agent;

import dev.wick.agent.aws.SharedFiles;
import dev.wick.agent.http.Tls;
import dev.wick.agent.report.Reporter;
import java.util.LinkedHashMap;
import java.util.Map;
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

  static void startInBackground(String text) {
    Log log = new Log();
    try {
      new Profiler(Settings.arguments(text)).start();
    } catch (IllegalArgumentException wrong) {
      log.say("not started: " + wrong.getMessage());
    }
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
      Reporter reports = new Reporter(
          settings, files, Tls.sockets(settings.caBundle, settings.clientCertificate, settings.clientKey), log, VERSION);
      reporting = daemon("wick-agent-reporter", reports::run);
      // First of all: the server's answer takes longer than anything here.
      reporting.start();
      SamplingLoop sampling = new SamplingLoop(settings, reports, log, Thread.currentThread(), reporting);
      reporter = reports;
      loop = sampling;
      hook = new Thread(this::finish, "wick-agent-exit");
      try {
        Runtime.getRuntime().addShutdownHook(hook);
      } catch (IllegalStateException endsAlready) {
        return;
      }
      sampling.run();
    } catch (IllegalArgumentException | java.security.GeneralSecurityException wrong) {
      log.say("not started: " + wrong.getMessage());
      RUNNING.compareAndSet(this, null);
    } catch (Throwable unexpected) {
      log.say("stopped: " + unexpected);
      RUNNING.compareAndSet(this, null);
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
        reporting.interrupt();
        reporting.join(EXIT_MILLIS / 8);
        sampling.stop(EXIT_MILLIS / 4);
        if (reports.orders().shouldProfile) {
          reports.flush((int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
        }
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

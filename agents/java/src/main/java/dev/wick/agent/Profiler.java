package dev.wick.agent;

import java.util.LinkedHashMap;
import java.util.Map;

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

  private final Map<String, String> arguments;
  private final Log log = new Log();
  /** The last that this one started; null where there was none. */
  private volatile Agent agent;

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
    Agent begun = new Agent(arguments, log);
    if (begun.start()) agent = begun;
    else log.warn(Agent.RUNS_ALREADY);
  }

  /** Stops, and posts what was seen since the last report; two seconds at most. */
  public void stop() {
    Agent running = agent;
    if (running != null) running.stop();
  }

  /** The profiler that handlers of AWS Lambda call through; started by the first call. */
  public static LambdaProfiler lambda() {
    return new LambdaProfiler();
  }
}

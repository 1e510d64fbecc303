package dev.wick.agent.profile;

/** What the agent saw in one period, finished: nobody changes the tree any more. */
public final class AgentProfile {
  public final CallTree tree;
  public final FrameTable frames;
  /** Epoch milliseconds by the clock of this machine. */
  public final long start;
  public final long end;
  /** Of the time between, what was profiled: on Lambda that of calls. */
  public final long activeMillis;
  /** What one count stands for. */
  public final int samplingIntervalMillis;
  /** How often the agent looked. */
  public final int ticks;
  /** How often it could not. */
  public final int failedTicks;
  public final double meanThreads;
  /** How many threads a visited one stood for. */
  public final double threadWeight;
  /** How many times slower than wanted the agent looked at the end, to stay within its budget. */
  public final int throttle;
  public final long agentCpuMillis;
  public final long agentBytes;
  public final double processCpuSeconds;
  /** Null where there is none. */
  public final HeapSummary heap;
  /** CPU samples that said on which paths running time was spent; 0 where there were none. */
  public final int cpuSamples;

  public AgentProfile(
      CallTree tree, FrameTable frames, long start, long end, long activeMillis, int samplingIntervalMillis, int ticks, int failedTicks,
      double meanThreads, double threadWeight, int throttle, long agentCpuMillis, long agentBytes, double processCpuSeconds,
      HeapSummary heap, int cpuSamples) {
    this.tree = tree;
    this.frames = frames;
    this.start = start;
    this.end = end;
    this.activeMillis = activeMillis;
    this.samplingIntervalMillis = samplingIntervalMillis;
    this.ticks = ticks;
    this.failedTicks = failedTicks;
    this.meanThreads = meanThreads;
    this.threadWeight = threadWeight;
    this.throttle = throttle;
    this.agentCpuMillis = agentCpuMillis;
    this.agentBytes = agentBytes;
    this.processCpuSeconds = processCpuSeconds;
    this.heap = heap;
    this.cpuSamples = cpuSamples;
  }
}

package dev.wick.agent.sampler;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/** By java.management: stacks of chosen threads only, and CPU time. */
final class ManagedStacks implements Stacks {
  /** Threads may have many more frames than those before them. */
  private static final int LEAST_DEPTH = 64;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  /** The interface of jdk.management, which asks for all threads at once; null where it is missing. */
  private final BatchCpuClock batch;
  private final boolean hasCpuTime;
  /** Frames to expect of a thread: as many as they had on average, soon more and slowly less. */
  private int depth = MAX_FRAMES / 2;

  ManagedStacks() {
    hasCpuTime = threads.isThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled();
    BatchCpuClock found = null;
    try {
      found = BatchCpuClock.of(threads);
    } catch (LinkageError missingModule) {
      // One by one, then.
    }
    batch = found;
  }

  @Override
  public long[] cpuNanos(long[] ids) {
    if (!hasCpuTime) return null;
    if (batch != null) return batch.cpuNanos(ids);
    long[] nanos = new long[ids.length];
    for (int i = 0; i < ids.length; i++) nanos[i] = threads.getThreadCpuTime(ids[i]);
    return nanos;
  }

  @Override
  public Look[] look(Thread[] ofThreads, long[] ids) {
    Look[] looks = new Look[ids.length];
    for (int at = 0; at < ids.length; ) {
      int end = Math.min(ids.length, at + Math.max(1, MAX_FRAMES / depth));
      ThreadInfo[] infos = threads.getThreadInfo(Arrays.copyOfRange(ids, at, end), MAX_FRAMES);
      int frames = 0;
      for (ThreadInfo info : infos) {
        if (info != null) looks[at] = new Look(info.getThreadState(), info.getStackTrace());
        if (info != null) frames += looks[at].stack.length;
        at++;
      }
      depth = Math.max(LEAST_DEPTH, Math.max(frames / infos.length, depth - depth / 8));
    }
    return looks;
  }

  /** In a class of its own, so that a JVM without jdk.management loads the rest. */
  private static final class BatchCpuClock {
    private final com.sun.management.ThreadMXBean threads;

    private BatchCpuClock(com.sun.management.ThreadMXBean threads) {
      this.threads = threads;
    }

    static BatchCpuClock of(ThreadMXBean threads) {
      return threads instanceof com.sun.management.ThreadMXBean
          ? new BatchCpuClock((com.sun.management.ThreadMXBean) threads)
          : null;
    }

    long[] cpuNanos(long[] ids) {
      return threads.getThreadCpuTime(ids);
    }
  }
}

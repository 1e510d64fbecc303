package dev.wick.agent.sampler;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;

/** By java.management: stacks of chosen threads only, and CPU time. */
final class ManagedStacks implements Stacks {
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  /** The interface of jdk.management, which asks for all threads at once; null where it is missing. */
  private final BatchCpuClock batch;
  private final boolean hasCpuTime;

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
    ThreadInfo[] infos = threads.getThreadInfo(ids, Integer.MAX_VALUE);
    Look[] looks = new Look[ids.length];
    for (int i = 0; i < ids.length; i++) {
      if (infos[i] != null) looks[i] = new Look(infos[i].getThreadState(), infos[i].getStackTrace());
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

package dev.wick.agent.sampler;

/** What the JVM tells about its threads. */
interface Stacks {
  /** A thread at the moment it was looked at. */
  final class Look {
    final Thread.State state;
    /** Innermost first; empty for a thread that is no more. */
    final StackTraceElement[] stack;

    Look(Thread.State state, StackTraceElement[] stack) {
      this.state = state;
      this.stack = stack;
    }
  }

  /** CPU nanoseconds that each thread has used; null where that is not to be known, -1 for a thread that is no more. */
  long[] cpuNanos(long[] ids);

  /** What the threads are doing, all at one moment; null for those that are no more. */
  Look[] look(Thread[] threads, long[] ids);

  /** The best there is in this JVM. */
  static Stacks best() {
    try {
      return new ManagedStacks();
    } catch (LinkageError | RuntimeException noManagement) {
      return new PlainStacks();
    }
  }
}

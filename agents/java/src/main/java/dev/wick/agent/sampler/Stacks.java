package dev.wick.agent.sampler;

/** What the JVM tells about its threads. */
interface Stacks {
  /**
   * Asked for at once, of one thread or of several: until it has told them HotSpot takes 5 KB of native memory for each frame, beside the
   * program's own. Twice what servers want of a stack, so that all but runaway recursions have their outer end.
   */
  int MAX_FRAMES = 2048;

  /** A thread at the moment it was looked at. */
  final class Look {
    final Thread.State state;
    /** Innermost first; empty for a thread that is no more. The outer ones of {@link #MAX_FRAMES} and more are missing. */
    final StackTraceElement[] stack;

    Look(Thread.State state, StackTraceElement[] stack) {
      this.state = state;
      this.stack = stack;
    }
  }

  /** CPU nanoseconds that each thread has used; null where that is not to be known, -1 for a thread that is no more. */
  long[] cpuNanos(long[] ids);

  /** What the threads are doing, as many at one moment as go by {@link #MAX_FRAMES}; null for those that are no more. */
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

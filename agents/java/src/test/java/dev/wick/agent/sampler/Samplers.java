package dev.wick.agent.sampler;

import java.util.Arrays;
import java.util.Random;

/** Samplers for tests of what is built on them. */
public final class Samplers {
  private Samplers() {}

  /**
   * Finds all threads in one frame, and no CPU time.
   *
   * @param atLook happens within each look; what it throws, the look throws
   */
  public static ThreadSampler withoutCpuTime(Runnable atLook) {
    StackTraceElement[] stack = {new StackTraceElement("shop.Cart", "total", "Cart.java", 7)};
    Stacks stacks = new Stacks() {
      @Override
      public long[] cpuNanos(long[] ids) {
        return null;
      }

      @Override
      public Look[] look(Thread[] threads, long[] ids) {
        atLook.run();
        Look[] looks = new Look[threads.length];
        Arrays.fill(looks, new Look(Thread.State.RUNNABLE, stack));
        return looks;
      }
    };
    return new ThreadSampler(stacks, new Random(1), 1 << 20);
  }
}

package dev.wick.agent.sampler;

import java.util.Arrays;

/** By java.base alone: no CPU time, and a pause for each thread. */
final class PlainStacks implements Stacks {
  @Override
  public long[] cpuNanos(long[] ids) {
    return null;
  }

  @Override
  public Look[] look(Thread[] threads, long[] ids) {
    Look[] looks = new Look[threads.length];
    for (int i = 0; i < threads.length; i++) {
      Thread.State state = ThreadSampler.stateOf(threads[i]);
      StackTraceElement[] stack = threads[i].getStackTrace();
      if (state != null && stack.length > 0) looks[i] = new Look(state, innermost(stack));
    }
    return looks;
  }

  private static StackTraceElement[] innermost(StackTraceElement[] stack) {
    return stack.length <= MAX_FRAMES ? stack : Arrays.copyOf(stack, MAX_FRAMES);
  }
}

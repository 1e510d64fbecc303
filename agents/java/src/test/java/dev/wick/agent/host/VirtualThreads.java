package dev.wick.agent.host;

import java.lang.reflect.Method;

/** On Java 21 and newer: of two virtual threads one computes, and one sleeps again and again. The main thread computes, too. */
public final class VirtualThreads {
  private VirtualThreads() {}

  public static void main(String[] args) throws Exception {
    Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
    start.invoke(null, (Runnable) VirtualThreads::work);
    start.invoke(null, (Runnable) VirtualThreads::sleep);
    Told.repeat(args, Host::compute);
  }

  private static void work() {
    while (true) Host.compute();
  }

  private static void sleep() {
    try {
      while (true) Thread.sleep(20);
    } catch (InterruptedException ends) {
      // With the program.
    }
  }
}

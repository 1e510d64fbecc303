package dev.wick.agent.sampler;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** The number that the JVM gives to a thread. */
final class ThreadNumber {
  /** {@code threadId()} of Java 19 and newer, which no program can override as it can {@code getId()}; null before. */
  private static final MethodHandle THREAD_ID = threadId();

  private ThreadNumber() {}

  /** 0 where it is not to be known: a program's thread may throw what it likes. */
  @SuppressWarnings("deprecation")
  static long of(Thread thread) {
    try {
      return THREAD_ID == null ? thread.getId() : (long) THREAD_ID.invokeExact(thread);
    } catch (Throwable notToBeKnown) {
      return 0;
    }
  }

  private static MethodHandle threadId() {
    try {
      return MethodHandles.publicLookup().findVirtual(Thread.class, "threadId", MethodType.methodType(long.class));
    } catch (ReflectiveOperationException older) {
      return null;
    }
  }
}

package dev.wick.agent.sampler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.wick.agent.profile.ThreadState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which state a thread is said to be in. What real threads' stacks look like is in HostTest. */
class StateOfTest {
  private static final int NATIVE = -2;
  private static final double UNKNOWN = Double.NaN;

  /** {@code package.Class.method}, innermost first; a native one begins with {@code !}. */
  private static StackTraceElement[] stack(String... frames) {
    StackTraceElement[] stack = new StackTraceElement[frames.length];
    for (int i = 0; i < frames.length; i++) {
      boolean isNative = frames[i].startsWith("!");
      String name = isNative ? frames[i].substring(1) : frames[i];
      int dot = name.lastIndexOf('.');
      stack[i] = new StackTraceElement(name.substring(0, dot), name.substring(dot + 1), "File.java", isNative ? NATIVE : 7);
    }
    return stack;
  }

  @ParameterizedTest
  @CsvSource({"RUNNABLE", "BLOCKED", "WAITING", "TIMED_WAITING"})
  void inCodeOfTheProgramItIsWhatJavaSays(Thread.State state) {
    assertEquals(ThreadState.valueOf(state.name()), StateOf.of(state, stack("com.shop.Cart.total", "com.shop.Main.main"), 0));
  }

  @ParameterizedTest
  @CsvSource({"NEW", "TERMINATED"})
  void aThreadThatDoesNotRunHasNone(Thread.State state) {
    assertNull(StateOf.of(state, stack("com.shop.Cart.total"), 0));
  }

  /** ThreadInfo says WAITING of a thread on which a virtual one is mounted, whatever that one does. */
  @Test
  void aThreadThatCarriesAVirtualOneRunsIfItUsedCpuTime() {
    StackTraceElement[] stack = stack(
        "jdk.internal.vm.Continuation.run", "java.lang.VirtualThread.runContinuation", "java.util.concurrent.ForkJoinPool.runWorker");
    assertEquals(ThreadState.RUNNABLE, StateOf.of(Thread.State.WAITING, stack, 1));
    assertEquals(ThreadState.RUNNABLE, StateOf.of(Thread.State.WAITING, stack, UNKNOWN));
    assertEquals(ThreadState.WAITING, StateOf.of(Thread.State.WAITING, stack, 0));
  }

  @Test
  void theJvmsOwnThreadThatUnblocksVirtualOnesIsIdle() {
    StackTraceElement[] stack =
        stack("!java.lang.VirtualThread.takeVirtualThreadListToUnblock", "java.lang.VirtualThread.unblockVirtualThreads");
    assertEquals(ThreadState.IDLE, StateOf.of(Thread.State.RUNNABLE, stack, 0));
  }

  @Test
  void aThreadWithoutJavaFramesHasNone() {
    assertNull(StateOf.of(Thread.State.RUNNABLE, stack(), 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "java.net.SocketInputStream.socketRead0", "java.net.PlainSocketImpl.socketAccept", "sun.nio.ch.Net.poll", "sun.nio.ch.Net.accept",
      "sun.nio.ch.EPoll.wait", "sun.nio.ch.SocketDispatcher.read0", "java.net.Inet6AddressImpl.lookupAllHostAddr",
      "java.io.FileInputStream.readBytes", "io.netty.channel.epoll.Native.epollWait0"})
  void inANativeCallThatMayWaitItWaitsUnlessItWasBusy(String leaf) {
    StackTraceElement[] stack = stack("!" + leaf, "com.shop.Main.main");
    assertEquals(ThreadState.WAITING, StateOf.of(Thread.State.RUNNABLE, stack, 0));
    assertEquals(ThreadState.WAITING, StateOf.of(Thread.State.RUNNABLE, stack, 0.49));
    assertEquals(ThreadState.RUNNABLE, StateOf.of(Thread.State.RUNNABLE, stack, 0.51));
    assertEquals(ThreadState.WAITING, StateOf.of(Thread.State.RUNNABLE, stack, UNKNOWN));
  }

  @Test
  void inAnotherNativeCallItRunsIfItUsedCpuTime() {
    StackTraceElement[] stack = stack("!com.shop.Codec.encode", "com.shop.Main.main");
    assertEquals(ThreadState.WAITING, StateOf.of(Thread.State.RUNNABLE, stack, 0));
    assertEquals(ThreadState.WAITING, StateOf.of(Thread.State.RUNNABLE, stack, 0.04));
    assertEquals(ThreadState.RUNNABLE, StateOf.of(Thread.State.RUNNABLE, stack, 0.06));
    assertEquals(ThreadState.RUNNABLE, StateOf.of(Thread.State.RUNNABLE, stack, UNKNOWN));
  }

  @Test
  void inANativeCallThatOnlyComputesItRunsThoughItWasGivenNoCpuTime() {
    assertEquals(ThreadState.RUNNABLE, StateOf.of(Thread.State.RUNNABLE, stack("!java.util.zip.Deflater.deflateBytesBytes"), 0));
  }

  @Test
  void aMethodOfThatNameInTheProgramsOwnCodeIsNoNativeCall() {
    assertEquals(ThreadState.RUNNABLE, StateOf.of(Thread.State.RUNNABLE, stack("sun.nio.ch.Net.poll"), 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "java.util.concurrent.ThreadPoolExecutor.getTask", "java.util.concurrent.ForkJoinPool.awaitWork", "java.util.TimerThread.mainLoop",
      "java.util.concurrent.DelayScheduler.loop", "org.eclipse.jetty.util.thread.QueuedThreadPool.idleJobPoll",
      "org.eclipse.jetty.util.thread.QueuedThreadPool$Runner.idleJobPoll",
      "org.eclipse.jetty.util.thread.ReservedThreadExecutor$ReservedThread.waitForTask"})
  void aPoolsThreadWithoutWorkIsIdle(String loop) {
    StackTraceElement[] stack = stack("!jdk.internal.misc.Unsafe.park", "java.util.concurrent.locks.LockSupport.park", loop);
    assertEquals(ThreadState.IDLE, StateOf.of(Thread.State.WAITING, stack, 0));
    assertEquals(ThreadState.IDLE, StateOf.of(Thread.State.TIMED_WAITING, stack, 0));
  }

  @Test
  void aPoolsThreadThatWaitsInItsTaskWaits() {
    StackTraceElement[] stack = stack(
        "!jdk.internal.misc.Unsafe.park", "java.util.concurrent.locks.LockSupport.park", "com.shop.Orders.next",
        "java.util.concurrent.ThreadPoolExecutor.runWorker");
    assertEquals(ThreadState.WAITING, StateOf.of(Thread.State.WAITING, stack, 0));
  }

  @Test
  void theJvmsOwnThreadsAreIdleAndAProgramsQueueOfReferencesIsNot() {
    assertEquals(
        ThreadState.IDLE,
        StateOf.of(Thread.State.RUNNABLE, stack("!java.lang.ref.Reference.waitForReferencePendingList"), UNKNOWN));
    String queue = "java.lang.ref.ReferenceQueue.remove";
    assertEquals(
        ThreadState.IDLE,
        StateOf.of(Thread.State.WAITING, stack("!java.lang.Object.wait", queue, queue, "java.lang.ref.Finalizer$FinalizerThread.run"), 0));
    assertEquals(ThreadState.WAITING, StateOf.of(Thread.State.WAITING, stack("!java.lang.Object.wait", queue, "com.shop.Cache.clean"), 0));
  }
}

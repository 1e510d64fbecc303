package dev.wick.agent.sampler;

import dev.wick.agent.profile.ThreadState;
import java.util.Set;
import java.util.stream.Collectors;

/** What a thread is really doing: its Java state, corrected by what it is in and by the CPU time it used. */
final class StateOf {
  /** Native methods of the JDK that wait for somebody else. A thread in them is RUNNABLE to Java. */
  private static final Set<String> BLOCKING = Set.of(
      "java.net.SocketInputStream.socketRead0",
      "java.net.PlainSocketImpl.socketAccept",
      "java.net.PlainSocketImpl.socketConnect",
      "java.net.PlainDatagramSocketImpl.receive0",
      "java.net.Inet4AddressImpl.lookupAllHostAddr",
      "java.net.Inet6AddressImpl.lookupAllHostAddr",
      "sun.nio.ch.EPoll.wait",
      "sun.nio.ch.EPollArrayWrapper.epollWait",
      "sun.nio.ch.KQueue.poll",
      "sun.nio.ch.WEPoll.wait",
      "sun.nio.ch.Net.poll",
      "sun.nio.ch.Net.accept",
      "sun.nio.ch.Net.connect0",
      "sun.nio.ch.SocketDispatcher.read0",
      "sun.nio.ch.DatagramChannelImpl.receive0",
      "sun.nio.ch.UnixDomainSockets.accept0",
      "sun.nio.fs.LinuxWatchService.poll",
      "java.io.FileInputStream.readBytes",
      "java.lang.ProcessHandleImpl.waitForProcessExit0",
      "io.netty.channel.epoll.Native.epollWait0",
      "io.netty.channel.epoll.Native.epollWait");

  /** Classes of the JDK whose native methods only compute: a thread in them that got no CPU time was given none. */
  private static final Set<String> COMPUTING = Set.of(
      "java.util.zip.Deflater", "java.util.zip.Inflater", "java.util.zip.CRC32", "java.util.zip.Adler32",
      "java.lang.System", "java.lang.StrictMath", "java.lang.Throwable");

  /** Methods in which a thread of a pool waits for work, and that call no work themselves. */
  private static final Set<String> IDLE = Set.of(
      "java.util.concurrent.ThreadPoolExecutor.getTask",
      "java.util.concurrent.ForkJoinPool.awaitWork",
      "java.util.concurrent.DelayScheduler.loop",
      "java.util.TimerThread.mainLoop",
      "org.apache.tomcat.util.threads.ThreadPoolExecutor.getTask",
      "org.eclipse.jetty.util.thread.QueuedThreadPool.idleJobPoll",
      "org.eclipse.jetty.util.thread.QueuedThreadPool$Runner.idleJobPoll",
      "org.eclipse.jetty.util.thread.ReservedThreadExecutor$ReservedThread.reservedWait",
      "org.eclipse.jetty.util.thread.ReservedThreadExecutor$ReservedThread.waitForTask",
      "io.netty.util.concurrent.SingleThreadEventExecutor.takeTask",
      "io.netty.util.concurrent.GlobalEventExecutor.takeTask",
      "kotlinx.coroutines.scheduling.CoroutineScheduler$Worker.park",
      "org.jboss.threads.EnhancedQueueExecutor$PoolThreadNode.park");
  private static final Set<String> IDLE_METHODS =
      IDLE.stream().map(name -> name.substring(name.lastIndexOf('.') + 1)).collect(Collectors.toSet());

  /** In these the JVM's own threads wait for what was collected or is to go on: RUNNABLE to Java, and never a part of the program. */
  private static final Set<String> OF_THE_JVM = Set.of(
      "java.lang.ref.Reference.waitForReferencePendingList", "java.lang.VirtualThread.takeVirtualThreadListToUnblock");
  /** Below it a thread carries a virtual one, whose frames are not shown: WAITING to Java, whatever that one does. */
  private static final String CARRIES = "jdk.internal.vm.Continuation.run";
  private static final String REFERENCE_QUEUE = "java.lang.ref.ReferenceQueue";
  /** Threads of the JVM's that call finalizers and cleaners, and wait for some most of the time. */
  private static final Set<String> CLEANERS = Set.of(
      "java.lang.ref.Finalizer$FinalizerThread.run",
      "jdk.internal.ref.CleanerImpl.run",
      "jdk.internal.misc.InnocuousThread.run");

  /** A share of the time since the last look from which on native code is taken to run. */
  private static final double RUNNING_SHARE = 0.05;
  /** Reading what is already there costs CPU time too, in the very methods that may wait. */
  private static final double BUSY_SHARE = 0.5;
  /** Pools wait a few frames below their loop. */
  private static final int IDLE_DEPTH = 16;

  private StateOf() {}

  /**
   * Null for a thread that runs no Java code: it has not begun, has ended, or is the JVM's own.
   *
   * @param state what Java says
   * @param stack innermost first
   * @param cpuShare CPU time since the last look, as a share of that time; NaN where it is not known
   */
  static ThreadState of(Thread.State state, StackTraceElement[] stack, double cpuShare) {
    if (stack.length == 0) return null;
    switch (state) {
      case RUNNABLE:
        return runnable(stack, cpuShare);
      case BLOCKED:
        return ThreadState.BLOCKED;
      case WAITING:
        if (name(stack[0]).equals(CARRIES)) return carrying(cpuShare);
        return isIdle(stack) ? ThreadState.IDLE : ThreadState.WAITING;
      case TIMED_WAITING:
        return isIdle(stack) ? ThreadState.IDLE : ThreadState.TIMED_WAITING;
      default:
        return null;
    }
  }

  private static ThreadState runnable(StackTraceElement[] stack, double cpuShare) {
    if (!stack[0].isNativeMethod()) return ThreadState.RUNNABLE;
    if (OF_THE_JVM.contains(name(stack[0]))) return ThreadState.IDLE;
    if (COMPUTING.contains(stack[0].getClassName())) return ThreadState.RUNNABLE;
    boolean blocking = BLOCKING.contains(name(stack[0]));
    if (Double.isNaN(cpuShare)) return blocking ? ThreadState.WAITING : ThreadState.RUNNABLE;
    return cpuShare >= (blocking ? BUSY_SHARE : RUNNING_SHARE) ? ThreadState.RUNNABLE : ThreadState.WAITING;
  }

  private static ThreadState carrying(double cpuShare) {
    return Double.isNaN(cpuShare) || cpuShare >= RUNNING_SHARE ? ThreadState.RUNNABLE : ThreadState.WAITING;
  }

  private static boolean isIdle(StackTraceElement[] stack) {
    for (int i = 0; i < Math.min(stack.length, IDLE_DEPTH); i++) {
      // Names are made for the few frames that may be meant.
      String method = stack[i].getMethodName();
      if (IDLE_METHODS.contains(method) && IDLE.contains(name(stack[i]))) return true;
      boolean isQueue = method.equals("remove") && stack[i].getClassName().equals(REFERENCE_QUEUE);
      if (isQueue && calledByCleaner(stack, i)) return true;
    }
    return false;
  }

  /** A program may have a queue of its own, in a thread of its own: that one waits. */
  private static boolean calledByCleaner(StackTraceElement[] stack, int queue) {
    int caller = queue + 1;
    // remove() calls remove(0).
    while (caller < stack.length && stack[caller].getClassName().equals(REFERENCE_QUEUE)) caller++;
    return caller < stack.length && CLEANERS.contains(name(stack[caller]));
  }

  private static String name(StackTraceElement frame) {
    return frame.getClassName() + '.' + frame.getMethodName();
  }
}

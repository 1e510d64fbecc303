package dev.wick.agent.sampler;

import dev.wick.agent.WickAgent;
import dev.wick.agent.profile.CallTree;
import dev.wick.agent.profile.FrameTable;
import dev.wick.agent.profile.ThreadState;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * Looks at the threads of this JVM and adds their time to a call tree. Only threads that used CPU time or changed their state
 * since they were last looked at are walked: the stack of a thread that did not run is the one it had. Of more than
 * {@link #MAX_THREADS} a random part is visited, and stands for all. For one thread.
 */
public final class ThreadSampler {
  /** Visited at one tick. */
  static final int MAX_THREADS = 100;
  /** How often those that have ended are forgotten. */
  private static final int FORGET_EACH_TICKS = 100;
  /** Without its frames: two objects, their place in the table, and the head of the array. */
  private static final long BYTES_PER_REMEMBERED = 144;

  /** What is remembered of a thread. */
  private static final class Seen {
    long cpuNanos = -1;
    long atNanos;
    Thread.State javaState;
    ThreadState state;
    /** Its state from when on it uses no CPU time, still in that stack: in native code it no longer runs then. */
    ThreadState atRest;
    /** Frames and lines in turn, outermost first. */
    int[] stack;
    FrameTable frames;
    CallTree tree;
    int numbering;
    int node;
    /** The tick at which it was last visited. */
    int visitedAt;
    /** The tick at which it was last found alive by {@link #forget}. */
    int aliveAt;
  }

  private final Stacks stacks;
  private final Random random;
  private final long maxBytes;
  private final Map<Long, Seen> seen = new HashMap<>();
  private Thread[] threads = new Thread[64];
  private int tick;
  private long stackBytes;

  // Of the profile being made.
  private int ticks;
  private long threadsAlive;
  private long threadsVisited;
  private long cpuNanos;

  /** @param maxBytes what it may remember of threads, but for those of one look */
  public ThreadSampler(long maxBytes) {
    this(Stacks.best(), new Random(), maxBytes);
  }

  ThreadSampler(Stacks stacks, Random random, long maxBytes) {
    this.stacks = stacks;
    this.random = random;
    this.maxBytes = maxBytes;
  }

  /** Whether CPU time tells waiting from running here. */
  public boolean hasCpuTime() {
    return stacks.cpuNanos(new long[0]) != null;
  }

  /**
   * One look at the threads.
   *
   * @param nanos now, of {@link System#nanoTime}
   * @param micros the time that this look stands for
   * @param maxDepth frames kept of a stack: of a deeper one those that are outermost, and {@code <Truncated>} for the rest; where its
   *     outer end is not known, {@code <Truncated>} for that, and the innermost
   */
  public void tick(CallTree tree, FrameTable frames, long nanos, long micros, int maxDepth) {
    tick++;
    ticks++;
    int alive = sampled(liveThreads());
    if (tick % FORGET_EACH_TICKS == 0 || bytes() > maxBytes) forget(alive);
    int chosen = choose(alive);
    Seen[] known = new Seen[chosen];
    long[] ids = identify(chosen, known);
    int visited = ids.length;
    if (visited < chosen) alive = (int) ((long) alive * visited / chosen);
    threadsAlive += alive;
    threadsVisited += visited;
    if (visited == 0) return;

    long[] cpu = stacks.cpuNanos(ids);
    double[] shares = new double[visited];
    int changed = 0;
    int[] changedAt = new int[visited];
    for (int i = 0; i < visited; i++) {
      Seen one = known[i];
      boolean isNew = one.cpuNanos < 0 || cpu == null;
      shares[i] = isNew ? Double.NaN : (double) (cpu[i] - one.cpuNanos) / Math.max(1, nanos - one.atNanos);
      // Since it was visited last, however long ago: of many threads, what those that are not visited now use is counted later.
      if (!isNew && cpu[i] > one.cpuNanos) cpuNanos += cpu[i] - one.cpuNanos;
      boolean isSame = !isNew && cpu[i] == one.cpuNanos && one.frames == frames && one.state != null
          && stateOf(threads[i]) == one.javaState;
      if (cpu != null) one.cpuNanos = cpu[i];
      one.atNanos = nanos;
      if (isSame) {
        one.state = one.atRest;
      } else {
        // Should the look fail, it is still to be looked at.
        one.frames = null;
        changedAt[changed++] = i;
      }
    }
    if (changed > 0) look(frames, ids, known, shares, changedAt, changed, maxDepth);
    for (int i = 0; i < visited; i++) {
      if (known[i].state == null) continue;
      long time = micros * alive / visited;
      tree.weights().add(node(known[i], tree), known[i].state, time);
    }
    Arrays.fill(threads, null);
  }

  /**
   * The numbers of the first threads, and what is remembered of each. Before Java 19 a program can give a thread another number than
   * the JVM does: those without one of their own are left out, and the others moved to the front.
   */
  private long[] identify(int count, Seen[] known) {
    long[] ids = new long[count];
    int kept = 0;
    for (int i = 0; i < count; i++) {
      long id = id(threads[i]);
      if (id <= 0) continue;
      Seen one = seen.computeIfAbsent(id, number -> new Seen());
      if (one.visitedAt == tick) continue;
      one.visitedAt = tick;
      threads[kept] = threads[i];
      ids[kept] = id;
      known[kept++] = one;
    }
    return Arrays.copyOf(ids, kept);
  }

  private void look(
      FrameTable frames, long[] ids, Seen[] known, double[] shares, int[] changedAt, int changed, int maxDepth) {
    Thread[] some = new Thread[changed];
    long[] someIds = new long[changed];
    for (int i = 0; i < changed; i++) {
      some[i] = threads[changedAt[i]];
      someIds[i] = ids[changedAt[i]];
    }
    Stacks.Look[] looks = stacks.look(some, someIds);
    for (int i = 0; i < changed; i++) {
      Seen one = known[changedAt[i]];
      Stacks.Look look = looks[i];
      one.state = look == null ? null : StateOf.of(look.state, look.stack, shares[changedAt[i]]);
      if (one.state == null) continue;
      one.atRest = StateOf.of(look.state, look.stack, 0);
      one.javaState = look.state;
      dropStack(one);
      one.frames = frames;
      one.tree = null;
      one.stack = numbered(look.stack, frames, maxDepth);
      stackBytes += one.stack.length * 4L;
    }
  }

  private static int node(Seen one, CallTree tree) {
    if (one.tree != tree || one.numbering != tree.numbering()) {
      one.node = tree.node(one.stack, one.stack.length);
      one.tree = tree;
      one.numbering = tree.numbering();
    }
    return one.node;
  }

  static int[] numbered(StackTraceElement[] stack, FrameTable frames, int maxDepth) {
    int depth = Math.min(stack.length, maxDepth);
    boolean isWhole = stack.length < Stacks.MAX_FRAMES;
    int outermost = (isWhole ? stack.length : depth) - 1;
    int[] numbered = new int[depth * 2];
    for (int i = 0; i < depth; i++) {
      StackTraceElement frame = stack[outermost - i];
      int number = frames.frame(frame.getClassName(), frame.getMethodName(), frame.getFileName());
      if (frame.isNativeMethod()) frames.setNative(number);
      numbered[i * 2] = number;
      numbered[i * 2 + 1] = Math.max(0, frame.getLineNumber());
    }
    if (stack.length > maxDepth) {
      int cut = isWhole ? depth - 1 : 0;
      numbered[cut * 2] = FrameTable.TRUNCATED;
      numbered[cut * 2 + 1] = 0;
    }
    return numbered;
  }

  /** All of them into {@link #threads}. */
  private int liveThreads() {
    ThreadGroup group = WickAgent.rootGroup();
    int count = group.enumerate(threads, true);
    // A full array may have been too short.
    while (count == threads.length) {
      threads = new Thread[threads.length * 2];
      count = group.enumerate(threads, true);
    }
    return count;
  }

  /** Moves those that are sampled to the front: not the agent's own, those it may have the JVM start, nor those that answer tools. */
  private int sampled(int count) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (isOfProgram(threads[i].getName())) threads[kept++] = threads[i];
    }
    return kept;
  }

  /** Whether a thread of this name is sampled. */
  public static boolean isOfProgram(String name) {
    return !(name.startsWith("wick-agent") || name.equals("Signal Dispatcher") || name.equals("Attach Listener")
        || name.startsWith("JFR ") || name.equals("Keep-Alive-Timer"));
  }

  /** Moves those to visit to the front. */
  private int choose(int count) {
    if (count <= MAX_THREADS) return count;
    for (int i = 0; i < MAX_THREADS; i++) {
      int other = i + random.nextInt(count - i);
      Thread thread = threads[i];
      threads[i] = threads[other];
      threads[other] = thread;
    }
    return MAX_THREADS;
  }

  /**
   * Those that have ended: their numbers never come again. Where the living alone take more room than there is, their stacks, which are
   * looked at again; only where that is not enough their CPU times, without which waiting in native code is taken for running.
   */
  private void forget(int alive) {
    for (int i = 0; i < alive; i++) {
      Seen one = seen.get(id(threads[i]));
      if (one != null) one.aliveAt = tick;
    }
    seen.values().removeIf(one -> {
      if (one.aliveAt == tick) return false;
      dropStack(one);
      return true;
    });
    if (bytes() <= maxBytes) return;
    seen.values().forEach(this::dropStack);
    if (bytes() > maxBytes) seen.clear();
  }

  private void dropStack(Seen one) {
    if (one.stack != null) stackBytes -= one.stack.length * 4L;
    one.stack = null;
    one.frames = null;
  }

  /** Looks of the profile being made. */
  public int ticks() {
    return ticks;
  }

  /** Threads there were at a look, on average. */
  public double meanThreads() {
    return ticks == 0 ? 0 : (double) threadsAlive / ticks;
  }

  /** How many threads a visited one stood for, on average. */
  public double threadWeight() {
    return threadsVisited == 0 ? 1 : (double) threadsAlive / threadsVisited;
  }

  /** CPU microseconds of the sampled threads; -1 where that is not to be known. */
  public long cpuMicros() {
    return hasCpuTime() ? cpuNanos / 1000 : -1;
  }

  /** Begins the figures of another profile, and lets go of what belongs to the last one. @param frames whose numbers go on to count */
  public void nextProfile(FrameTable frames) {
    for (Seen one : seen.values()) {
      one.tree = null;
      if (one.frames != frames) dropStack(one);
    }
    ticks = 0;
    threadsAlive = 0;
    threadsVisited = 0;
    cpuNanos = 0;
  }

  /** CPU nanoseconds that some threads have used together; -1 where that is not to be known. */
  public long cpuNanosOf(long... ids) {
    long[] each = stacks.cpuNanos(ids);
    if (each == null) return -1;
    long sum = 0;
    for (long nanos : each) sum += Math.max(0, nanos);
    return sum;
  }

  /** Memory in use, roughly. */
  public long bytes() {
    return stackBytes + seen.size() * BYTES_PER_REMEMBERED;
  }

  /** The number that the JVM gives to a thread; 0 where it is not to be known. */
  public static long id(Thread thread) {
    return ThreadNumber.of(thread);
  }

  /** Null where a program's thread throws instead. */
  static Thread.State stateOf(Thread thread) {
    try {
      return thread.getState();
    } catch (Throwable notToBeKnown) {
      return null;
    }
  }
}

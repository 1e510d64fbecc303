package dev.wick.agent.sampler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wick.agent.host.Told;
import dev.wick.agent.profile.CallTree;
import dev.wick.agent.profile.FrameTable;
import dev.wick.agent.profile.ThreadState;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real threads, looked at when the test says so, on a clock that is the test's. */
class ThreadSamplerTest {
  private static final long MILLI = 1_000_000;
  private static final int DEPTH = 1000;
  private static final long MUCH = 10_000_000;
  private static volatile long sink;

  /** What the JVM tells, and how often a thread's stack was asked for. */
  private static final class CountedStacks implements Stacks {
    private final Stacks real;
    final Map<Thread, Integer> walks = new HashMap<>();

    CountedStacks(Stacks real) {
      this.real = real;
    }

    @Override
    public long[] cpuNanos(long[] ids) {
      return real.cpuNanos(ids);
    }

    @Override
    public Look[] look(Thread[] threads, long[] ids) {
      for (Thread thread : threads) walks.merge(thread, 1, Integer::sum);
      return real.look(threads, ids);
    }
  }

  private final FrameTable frames = new FrameTable(1 << 20);
  private final CallTree tree = new CallTree(10_000);
  private final List<Thread> started = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private CountedStacks stacks = new CountedStacks(Stacks.best());
  private ThreadSampler sampler = new ThreadSampler(stacks, new Random(1), MUCH);
  private long now;

  @AfterEach
  void stop() throws Exception {
    end.countDown();
    for (Thread thread : started) {
      thread.interrupt();
      thread.join();
    }
  }

  private Thread start(String name, Told.Body body) {
    Thread thread = Told.daemon(name, body);
    started.add(thread);
    return thread;
  }

  private static void waitUntil(Thread thread, Thread.State state) throws InterruptedException {
    while (thread.getState() != state) Thread.sleep(1);
    // On its way into a wait it uses CPU time once more.
    Thread.sleep(20);
  }

  private static void waitUntilIn(Thread thread, String method) throws InterruptedException {
    while (true) {
      StackTraceElement[] stack = thread.getStackTrace();
      if (stack.length > 0 && stack[0].isNativeMethod() && java.util.Arrays.stream(stack).anyMatch(frame -> frame.getMethodName().equals(method))) {
        Thread.sleep(20);
        return;
      }
      Thread.sleep(1);
    }
  }

  /** @param millis what passed since the look before */
  private void tick(long millis) {
    now += millis * MILLI;
    sampler.tick(tree, frames, now, millis * 1000, DEPTH);
  }

  /** Microseconds by state of all stacks with such a method of this class. */
  private Map<ThreadState, Long> micros(String method) {
    Map<ThreadState, Long> micros = new TreeMap<>();
    for (int row = 0; row < tree.weights().size(); row++) {
      for (int node = tree.weights().node(row); node > 0; node = tree.parent(node)) {
        if (!frames.name(tree.frame(node)).equals(ThreadSamplerTest.class.getName() + '.' + method)) continue;
        micros.merge(tree.weights().state(row), tree.weights().micros(row), Long::sum);
        break;
      }
    }
    return micros;
  }

  private static void compute(CountDownLatch end) {
    long sum = 0;
    while (end.getCount() > 0) for (int i = 0; i < 10_000; i++) sum = sum * 31 + i;
    sink = sum;
  }

  private void sleepA() throws InterruptedException {
    end.await();
  }

  private void sleepB() throws InterruptedException {
    end.await();
  }

  @Test
  void aThreadThatUsedNoCpuTimeIsWalkedOnceAndItsTimeGoesOnToItsStack() throws Exception {
    Thread sleeper = start("sleeper", this::sleepA);
    waitUntil(sleeper, Thread.State.WAITING);
    for (int i = 0; i < 50; i++) tick(100);
    assertEquals(1, stacks.walks.get(sleeper));
    assertEquals(Map.of(ThreadState.WAITING, 50 * 100_000L), micros("sleepA"));
  }

  @Test
  void aThreadThatComputesIsWalkedAtEachLook() throws Exception {
    Thread worker = start("worker", () -> compute(end));
    for (int i = 0; i < 10; i++) {
      Thread.sleep(30);
      tick(30);
    }
    // On a machine that is busy elsewhere it may get no CPU between two looks.
    assertTrue(stacks.walks.get(worker) >= 5, stacks.walks + "");
    assertEquals(Map.of(ThreadState.RUNNABLE, 300_000L), micros("compute"));
  }

  @Test
  void aThreadThatWaitsElsewhereWithoutHavingUsedMeasurableTimeIsLookedAtForItsState() throws Exception {
    Object lock = new Object();
    Thread one;
    synchronized (lock) {
      one = start("one", () -> {
        synchronized (lock) {
          sleepA();
        }
      });
      waitUntil(one, Thread.State.BLOCKED);
      tick(100);
    }
    waitUntil(one, Thread.State.WAITING);
    tick(100);
    assertEquals(100_000L, micros("sleepA").get(ThreadState.WAITING));
  }

  private void readAfterWork(InputStream in, CountDownLatch work) throws Exception {
    compute(work);
    sink += in.read();
  }

  /** Its CPU clock stands still from the second look on: nobody walks it again, and still it is not running. */
  @Test
  void aThreadThatWorkedAndThenReadsASocketWaitsFromThenOn() throws Exception {
    CountDownLatch work = new CountDownLatch(1);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket accepted = server.accept()) {
      Thread reader = start("reader", () -> readAfterWork(client.getInputStream(), work));
      Thread.sleep(50);
      tick(100);
      Thread.sleep(100);
      work.countDown();
      waitUntilIn(reader, "read");
      // Since the look before it ran most of the time, on this clock.
      tick(1);
      int walks = stacks.walks.get(reader);
      tick(100);
      tick(100);
      assertEquals(walks, stacks.walks.get(reader));
      assertEquals(200_000L, micros("readAfterWork").get(ThreadState.WAITING), micros("readAfterWork") + "");
      accepted.getOutputStream().write(1);
      reader.join();
    }
  }

  private void readPipe(InputStream in) throws Exception {
    sink += in.read();
  }

  @Test
  void aThreadThatReadsWhatAnotherProcessHasNotWrittenWaits() throws Exception {
    Process silent = new ProcessBuilder("sleep", "60").start();
    try {
      Thread reader = start("reader", () -> readPipe(silent.getInputStream()));
      waitUntilIn(reader, "read");
      tick(100);
      tick(100);
      assertEquals(Map.of(ThreadState.WAITING, 200_000L), micros("readPipe"));
    } finally {
      silent.destroy();
    }
  }

  /** A look at a hundred random threads stands for all: no time is lost or made, and each kind gets its share. */
  @Test
  void ofManyThreadsARandomPartIsVisitedAndTheTotalsStayUnbiased() throws Exception {
    int ofA = 240;
    int ofB = 60;
    for (int i = 0; i < ofA; i++) start("a", this::sleepA);
    for (int i = 0; i < ofB; i++) start("b", this::sleepB);
    for (Thread thread : started) {
      while (thread.getState() != Thread.State.WAITING) Thread.sleep(1);
    }
    int ticks = 400;
    for (int i = 0; i < ticks; i++) tick(100);
    double alive = sampler.meanThreads();
    assertEquals(alive / ThreadSampler.MAX_THREADS, sampler.threadWeight(), 0.001);
    double all = ticks * 100_000.0 * alive;
    // Less those of the JVM's own that run no Java code.
    assertTrue(tree.weights().totalMicros() <= all && tree.weights().totalMicros() > all * 0.95, tree.weights().totalMicros() + " of " + all);
    // Five standard deviations of drawing 100 of so many.
    assertShare(ofA, alive, ticks, "sleepA");
    assertShare(ofB, alive, ticks, "sleepB");
    // Each was walked once or twice, however often it was visited.
    assertTrue(started.stream().allMatch(thread -> stacks.walks.getOrDefault(thread, 0) <= 2), stacks.walks.values() + "");
  }

  /** Of each thread all CPU time is told once, whether it is visited at each look or now and then. */
  @Test
  void ofManyThreadsTheCpuTimeIsWhatTheyUsed() throws Exception {
    int threads = 300;
    for (int i = 0; i < threads; i++) start("a", this::sleepA);
    // Of threads like these only: each uses a hundredth of the time.
    Stacks even = new Stacks() {
      @Override
      public long[] cpuNanos(long[] ids) {
        long[] nanos = new long[ids.length];
        java.util.Arrays.fill(nanos, now / 100);
        return nanos;
      }

      @Override
      public Look[] look(Thread[] some, long[] ids) {
        return Stacks.best().look(some, ids);
      }
    };
    sampler = new ThreadSampler(even, new Random(1), MUCH);
    int ticks = 400;
    for (int i = 0; i < ticks; i++) tick(100);
    double used = sampler.meanThreads() * ticks * 100_000 / 100;
    // Less what each used before its first visit and after its last.
    assertEquals(used, sampler.cpuMicros(), used * 0.03);
  }

  @Test
  void aThreadWhoseLookFailedIsLookedAtAgain() throws Exception {
    boolean[] fails = {false};
    CountDownLatch goOn = new CountDownLatch(1);
    Thread moving = start("moving", () -> {
      goOn.await();
      sleepB();
    });
    waitUntil(moving, Thread.State.WAITING);
    sampler = new ThreadSampler(
        new Stacks() {
          @Override
          public long[] cpuNanos(long[] ids) {
            return stacks.cpuNanos(ids);
          }

          @Override
          public Look[] look(Thread[] some, long[] ids) {
            if (fails[0]) throw new OutOfMemoryError("just now");
            return stacks.look(some, ids);
          }
        },
        new Random(1),
        MUCH);
    tick(100);
    goOn.countDown();
    waitUntilIn(moving, "sleepB");
    fails[0] = true;
    assertThrows(OutOfMemoryError.class, () -> tick(100));
    fails[0] = false;
    for (int i = 0; i < 5; i++) tick(100);
    assertEquals(Map.of(ThreadState.WAITING, 500_000L), micros("sleepB"));
  }

  /** What it tells of its number can be overridden. */
  private final class Odd extends Thread {
    private final LongSupplier number;

    Odd(LongSupplier number) {
      super(ThreadSamplerTest.this::await, "odd");
      this.number = number;
      setDaemon(true);
      started.add(this);
    }

    @Override
    @SuppressWarnings("deprecation")
    public long getId() {
      return number.getAsLong();
    }
  }

  private void await() {
    try {
      end.await();
    } catch (InterruptedException over) {
      // It ends.
    }
  }

  private static long fails() {
    throw new IllegalStateException("of the program's own making");
  }

  @Test
  void aThreadThatGivesItselfAnotherNumberOrNoneKeepsNoOtherFromBeingSeen() throws Exception {
    Thread sleeper = start("sleeper", this::sleepA);
    long taken = ThreadSampler.id(sleeper);
    for (LongSupplier number : List.<LongSupplier>of(() -> 0, () -> -3, () -> taken, ThreadSamplerTest::fails)) new Odd(number).start();
    waitUntil(sleeper, Thread.State.WAITING);
    for (int i = 0; i < 5; i++) tick(100);
    assertEquals(Map.of(ThreadState.WAITING, 500_000L), micros("sleepA"));
  }

  private void seenBesideOneThatDoesNotTellItsState() throws Exception {
    Thread sleeper = start("sleeper", this::sleepA);
    boolean[] fails = new boolean[1];
    Thread odd = new Thread(this::await, "odd") {
      @Override
      public State getState() {
        if (fails[0]) fails();
        return super.getState();
      }
    };
    odd.setDaemon(true);
    started.add(odd);
    odd.start();
    waitUntil(sleeper, Thread.State.WAITING);
    waitUntil(odd, Thread.State.WAITING);
    fails[0] = true;
    for (int i = 0; i < 5; i++) tick(100);
    assertEquals(Map.of(ThreadState.WAITING, 500_000L), micros("sleepA"));
  }

  @Test
  void aThreadThatDoesNotTellItsStateKeepsNoOtherFromBeingSeen() throws Exception {
    seenBesideOneThatDoesNotTellItsState();
  }

  @Test
  void norWithoutCpuClocks() throws Exception {
    stacks = new CountedStacks(new PlainStacks());
    sampler = new ThreadSampler(stacks, new Random(1), MUCH);
    seenBesideOneThatDoesNotTellItsState();
  }

  private void assertShare(int threads, double alive, int ticks, String method) {
    double drawn = ThreadSampler.MAX_THREADS;
    double share = threads / alive;
    double deviation = Math.sqrt(drawn * share * (1 - share) * (alive - drawn) / (alive - 1) * ticks) / drawn / ticks * alive;
    double told = micros(method).values().stream().mapToLong(Long::longValue).sum() / (ticks * 100_000.0);
    assertEquals(threads, told, 5 * deviation, method + " ± " + deviation);
  }

  @Test
  void withoutCpuClocksEachLookIsAWalkAndStatesAreByName() throws Exception {
    stacks = new CountedStacks(new PlainStacks());
    sampler = new ThreadSampler(stacks, new Random(1), MUCH);
    assertFalse(sampler.hasCpuTime());
    Thread sleeper = start("sleeper", this::sleepA);
    Process silent = new ProcessBuilder("sleep", "60").start();
    try {
      Thread reader = start("reader", () -> readPipe(silent.getInputStream()));
      waitUntil(sleeper, Thread.State.WAITING);
      waitUntilIn(reader, "read");
      for (int i = 0; i < 3; i++) tick(100);
    } finally {
      silent.destroy();
    }
    assertEquals(3, stacks.walks.get(sleeper));
    assertEquals(Map.of(ThreadState.WAITING, 300_000L), micros("sleepA"));
    assertEquals(Map.of(ThreadState.WAITING, 300_000L), micros("readPipe"));
  }

  private void deep(int depth) throws InterruptedException {
    if (depth > 0) deep(depth - 1);
    else sleepB();
  }

  @Test
  void ofADeepStackTheOuterFramesAreKept() throws Exception {
    waitUntil(start("deep", () -> deep(50)), Thread.State.WAITING);
    sampler.tick(tree, frames, MILLI, 100_000, 20);
    assertTrue(micros("deep").containsKey(ThreadState.WAITING));
    assertTrue(micros("sleepB").isEmpty());
    int deepest = 0;
    for (int node = 1; node < tree.size(); node++) {
      int depth = 0;
      boolean isDeep = false;
      for (int at = node; at > 0; at = tree.parent(at)) {
        depth++;
        isDeep |= frames.name(tree.frame(at)).endsWith(".deep");
      }
      assertTrue(depth <= 20, depth + "");
      // Another thread of this JVM may be just so deep, and whole.
      if (!isDeep) continue;
      deepest = Math.max(deepest, depth);
      assertTrue(depth < 20 || tree.frame(node) == FrameTable.TRUNCATED, frames.name(tree.frame(node)));
    }
    assertEquals(20, deepest);
  }

  /** Each frame that is asked for costs the program native memory: a runaway recursion would be given gigabytes of it. */
  @Test
  void ofARunawayRecursionTheInnerFramesAreKeptAndNoMoreAskedFor() throws Exception {
    Thread thread = start("deep", () -> deep(2 * Stacks.MAX_FRAMES));
    waitUntil(thread, Thread.State.WAITING);
    for (Stacks each : new Stacks[] {new ManagedStacks(), new PlainStacks()}) {
      Stacks.Look look = each.look(new Thread[] {thread}, new long[] {ThreadSampler.id(thread)})[0];
      assertEquals(Stacks.MAX_FRAMES, look.stack.length);
      int[] path = ThreadSampler.numbered(look.stack, frames, 20);
      assertEquals(20 * 2, path.length);
      assertEquals(FrameTable.TRUNCATED, path[0]);
      assertTrue(frames.name(path[2]).endsWith(".deep"), frames.name(path[2]));
      assertEquals(look.stack[0].getMethodName(), frames.name(path[38]).replaceAll(".*\\.", ""));
    }
  }

  /** Their numbers never come again, so what is known of them is of no use. */
  @Test
  void threadsThatHaveEndedAreSoonForgotten() throws Exception {
    tick(100);
    long before = sampler.bytes();
    for (int i = 0; i < 10; i++) {
      CountDownLatch over = new CountDownLatch(1);
      List<Thread> some = new ArrayList<>();
      for (int k = 0; k < 50; k++) some.add(start("short", over::await));
      for (Thread thread : some) waitUntilAsleep(thread);
      tick(100);
      over.countDown();
      for (Thread thread : some) thread.join();
    }
    assertTrue(sampler.bytes() > before + 50_000, sampler.bytes() + " bytes");
    for (int i = 0; i < 100; i++) tick(100);
    assertTrue(sampler.bytes() < before + 5_000, sampler.bytes() + " bytes, before " + before);
  }

  @Test
  void whatIsRememberedOfLivingThreadsIsBoundedToo() throws Exception {
    sampler = new ThreadSampler(stacks, new Random(1), 50_000);
    for (int i = 0; i < 300; i++) start("deep", () -> deep(50));
    for (Thread thread : started) waitUntilAsleep(thread);
    tick(100);
    long ofOneLook = sampler.bytes();
    for (int i = 0; i < 20; i++) {
      tick(100);
      assertTrue(sampler.bytes() <= 50_000 + ofOneLook, sampler.bytes() + " bytes");
    }
    double all = 21 * 100_000 * sampler.meanThreads();
    assertTrue(tree.weights().totalMicros() > all * 0.95, "no time is lost: " + tree.weights().totalMicros() + " of " + all);
  }

  /** Trees and names of one look, which nobody else holds. */
  private List<WeakReference<Object>> lookedAtOnce() {
    CallTree some = new CallTree(100);
    FrameTable names = new FrameTable(10_000);
    sampler.tick(some, names, now += 100 * MILLI, 100_000, DEPTH);
    return List.of(new WeakReference<>(some), new WeakReference<>(names));
  }

  @Test
  void aFinishedTreeAndNamesThatAreReplacedAreLetGo() throws Exception {
    List<WeakReference<Object>> finished = lookedAtOnce();
    sampler.nextProfile(frames);
    for (WeakReference<Object> one : finished) {
      for (int tries = 0; tries < 100 && one.get() != null; tries++) {
        System.gc();
        Thread.sleep(10);
      }
      assertNull(one.get());
    }
  }

  private static void waitUntilAsleep(Thread thread) throws InterruptedException {
    while (thread.getState() != Thread.State.WAITING) Thread.sleep(1);
  }

  @Test
  void theAgentsOwnThreadsAreNoPartOfTheProgram() throws Exception {
    waitUntil(start("wick-agent-something", this::sleepA), Thread.State.WAITING);
    tick(100);
    assertEquals(Map.of(), micros("sleepA"));
  }
}

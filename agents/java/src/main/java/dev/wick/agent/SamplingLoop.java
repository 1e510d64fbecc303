package dev.wick.agent;

import dev.wick.agent.jfr.RuntimeEvents;
import dev.wick.agent.profile.AgentProfile;
import dev.wick.agent.profile.CallTree;
import dev.wick.agent.profile.FrameTable;
import dev.wick.agent.report.AgentOrders;
import dev.wick.agent.report.Reporter;
import dev.wick.agent.sampler.ThreadSampler;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** When to look, when to report, when to keep still. Runs in the agent's thread until stopped. */
final class SamplingLoop {
  /** Looks are at least so frequent where the CPU time is there: 2,000 in a usual period, enough for shares that are right to a point or two. */
  private static final long INNER_MILLIS = 150;
  /** Of one core. */
  private static final double USUAL_BUDGET = 0.01;
  private static final int USUAL_INTERVAL_MILLIS = 1000;
  private static final int FAILURES_UNTIL_PAUSE = 3;
  /** After the memory of the JVM was full. */
  private static final long MEMORY_MILLIS = 1000;
  private static final long MAX_BYTES = 10 * 1024 * 1024;
  private static final long MIN_BYTES = 1024 * 1024;

  private final Settings settings;
  private final Reporter reporter;
  private final Log log;
  private final KillSwitch killSwitch;
  private final Cycle cycle = new Cycle(new Random());
  private final long[] ownThreads;
  private final Random random = new Random();
  private final RuntimeEvents events;
  private final long maxBytes = bound(Runtime.getRuntime().maxMemory());
  private final ThreadSampler sampler;
  private final LongSupplier nanos;
  private final double cpus = CpuQuota.cpus();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  // Of the profile being made.
  private FrameTable frames;
  private CallTree tree;
  private long startMillis;
  private long startNanos;
  /** Of its time what lay between calls of Lambda's, which is nobody's. */
  private long gapNanos;
  private long lastNanos;
  private long ownCpuAtStart;
  private double processCpuAtStart;
  private int failedTicks;
  /** The last time that it was; null where it never was. */
  private OutOfMemoryError memoryFull;
  private int throttle = 1;
  private long ownCpuNanos;
  /** By the wall clock, all looks together. */
  private long lookingNanos;

  /** Held while threads are looked at and profiles change; never while waiting. */
  private final ReentrantLock turn = new ReentrantLock();
  /** Whether nothing is wanted: switched off, by whom ever. */
  private boolean isOff;
  /** On Lambda, when the last call ended; 0 while one goes on, or where there are none. */
  private volatile long suspendedAt;
  /** The time between calls, all together. */
  private long suspendedNanos;

  SamplingLoop(Settings settings, Reporter reporter, Log log, KillSwitch killSwitch, Thread... own) {
    this(settings, reporter, log, killSwitch, new ThreadSampler(bound(Runtime.getRuntime().maxMemory()) / 4), System::nanoTime, own);
  }

  /** @param nanos a clock that never goes back */
  SamplingLoop(
      Settings settings, Reporter reporter, Log log, KillSwitch killSwitch, ThreadSampler sampler, LongSupplier nanos, Thread... own) {
    this.sampler = sampler;
    this.nanos = nanos;
    this.settings = settings;
    this.reporter = reporter;
    this.log = log;
    this.killSwitch = killSwitch;
    events = RuntimeEvents.start(settings, maxBytes / 4, log::warn);
    ownThreads = Stream.concat(Stream.of(own), Stream.ofNullable(events.reader())).mapToLong(ThreadSampler::id).toArray();
    if (!sampler.hasCpuTime()) log.warn("this JVM does not tell the CPU time of threads: waiting in native code counts as running");
  }

  /** Ends the loop, which offers its last profile to the reporter. @param millis to wait for that at most */
  void stop(int millis) throws InterruptedException {
    stop.countDown();
    stopped.await(millis, TimeUnit.MILLISECONDS);
  }

  /** A call of Lambda's ends: a profile that is due is offered, and nothing looked at until the next begins. */
  void suspend() {
    // First of all: no look begins that would find the call waiting here.
    suspendedAt = nanos.getAsLong();
    turn.lock();
    try {
      AgentOrders orders = reporter.orders();
      if (tree != null && !isOff && isDue(suspendedAt, orders)) finish(suspendedAt, orders);
    } finally {
      turn.unlock();
    }
  }

  /** A call of Lambda's begins: the time since the last one is nobody's. */
  void resume() {
    turn.lock();
    try {
      if (suspendedAt == 0) return;
      long gap = nanos.getAsLong() - suspendedAt;
      lastNanos += gap;
      gapNanos += gap;
      suspendedNanos += gap;
      suspendedAt = 0;
    } finally {
      turn.unlock();
    }
  }

  void run() {
    try {
      while (!isLooped()) Thread.sleep(MEMORY_MILLIS);
    } catch (InterruptedException ends) {
      log.warn("profiling ends: the program interrupted the agent's thread");
    } finally {
      stopped.countDown();
      events.close();
    }
  }

  /** @return false where the memory of the JVM was full, and anything but to wait may fail: the program may be done with it soon */
  private boolean isLooped() throws InterruptedException {
    try {
      loop();
      return true;
    } catch (OutOfMemoryError full) {
      memoryFull = full;
      return false;
    }
  }

  private void loop() throws InterruptedException {
    turn.lock();
    try {
      // Tables that could not grow are of no use any more, and the program needs the room.
      tree = null;
      frames = null;
      begin(System.currentTimeMillis(), nanos.getAsLong());
    } finally {
      turn.unlock();
    }
    if (memoryFull != null) {
      reporter.failed("sampling", memoryFull);
      log.state("sampling", "memory", "the JVM has no memory left: what was seen since the last report is lost; looks again when there is some");
    }
    AgentOrders budgeted = reporter.orders();
    Budget budget = budget(budgeted);
    int failures = 0;
    long pausedUntil = startNanos;
    while (true) {
      AgentOrders orders = reporter.orders();
      long inner = innerMillis(orders, cpus) * throttle;
      long rest = isOff ? Math.min(1000, orders.samplingIntervalMillis) * 1000L : (long) (inner * (0.5 + random.nextDouble()) * 1000);
      boolean isLast = stop.await(rest, TimeUnit.MICROSECONDS);
      turn.lock();
      long now = nanos.getAsLong();
      try {
        reporter.expire();
        orders = reporter.orders();
        if (killSwitch.isThrown() || !orders.shouldProfile || now - pausedUntil < 0) {
          events.pause(true);
          isOff = true;
          if (isLast) return;
          continue;
        }
        if (suspendedAt != 0) {
          if (!isLast) continue;
          resume();
        }
        if (isOff) {
          events.pause(false);
          // What was seen before the pause is not of this time.
          begin(System.currentTimeMillis(), now);
          isOff = false;
          budget.goOn(now, ownCpu());
          log.recovered("cpu", "profiling goes on after a pause");
        }
        // A process that stood still was not running all the while.
        long passed = Math.min(now - lastNanos, TimeUnit.MILLISECONDS.toNanos(5 * inner + 1000));
        lastNanos = now;
        look(now, passed / 1000, orders);
        failures = 0;
        memoryFull = null;
        log.recovered("sampling", "looks at the threads again");
        if (orders.samplingIntervalMillis != budgeted.samplingIntervalMillis
            || orders.cpuLimitPercent != budgeted.cpuLimitPercent) {
          budgeted = orders;
          budget = budget(orders);
        }
        int factor = budget.factor(now, ownCpu());
        if (factor != throttle) {
          throttle = factor;
          if (factor == 1) log.say("looks as often as wanted again");
          else log.warn("looks " + factor + " times less often, to stay within its share of the CPU");
        }
        if (budget.isExceeded()) {
          pausedUntil = now + TimeUnit.MILLISECONDS.toNanos(orders.reportMillis());
          log.state("cpu", "paused", "even the fewest looks take more than " + orders.cpuLimitPercent + " % of "
              + (cpus < 1 ? "its share of a core" : "a core") + ": pauses for " + orders.reportMillis() / 1000 + " s");
        }
        if (isDue(now, orders) || (isLast || budget.isExceeded()) && isSomething(orders)) finish(now, orders);
        if (isLast) return;
      } catch (OutOfMemoryError full) {
        throw full;
      } catch (Throwable failure) {
        if (isLast) return;
        failedTicks++;
        reporter.failed("sampling", failure);
        if (++failures >= FAILURES_UNTIL_PAUSE) {
          failures = 0;
          pausedUntil = now + TimeUnit.MILLISECONDS.toNanos(orders.reportMillis());
          log.state("sampling", failure.getClass().getName(), "cannot look at the threads, tries again in a period: " + failure);
        }
      } finally {
        turn.unlock();
      }
    }
  }

  private void look(long now, long micros, AgentOrders orders) {
    try {
      sampler.tick(tree, frames, now - suspendedNanos, micros, orders.maxStackDepth);
    } finally {
      lookingNanos += nanos.getAsLong() - now;
    }
  }

  private boolean isDue(long now, AgentOrders orders) {
    boolean isFull = bytes() > maxBytes || frames.isFull();
    // By the clock, also on Lambda: a sandbox that is called rarely would end before its calls had taken a period. What is less
    // than half a count would be none: it goes on to be more.
    return isSomething(orders) && cycle.isDue((now - startNanos) / 1_000_000, orders, isFull);
  }

  /** Memory in use, roughly. */
  private long bytes() {
    return tree.bytes() + frames.bytes() + sampler.bytes() + events.bytes();
  }

  private boolean isSomething(AgentOrders orders) {
    return tree.weights().totalMicros() >= orders.samplingIntervalMillis * 500L;
  }

  private long activeNanos(long now) {
    return now - startNanos - gapNanos;
  }

  private void begin(long millis, long nanos) {
    // Names live on, unless they take the room of others.
    if (frames == null || frames.isFull() || frames.bytes() > maxBytes / 4) frames = new FrameTable(maxBytes / 2);
    tree = CallTree.within(maxBytes / 2);
    startMillis = millis;
    startNanos = nanos;
    gapNanos = 0;
    lastNanos = nanos;
    ownCpuAtStart = ownCpu();
    processCpuAtStart = processCpuSeconds();
    failedTicks = 0;
    sampler.nextProfile(frames);
  }

  /**
   * Bytes at which a profile is sent early. Tree and names have at most half of them each, threads a quarter, and CPU samples another.
   *
   * @param heapBytes what the JVM may use for objects
   */
  static long bound(long heapBytes) {
    return Math.max(MIN_BYTES, Math.min(MAX_BYTES, heapBytes / 32));
  }

  private void finish(long now, AgentOrders orders) {
    cycle.reported();
    long end = startMillis + TimeUnit.NANOSECONDS.toMillis(now - startNanos);
    long wall = System.currentTimeMillis();
    long active = activeNanos(now);
    long bytes = bytes();
    int cpuSamples = events.shareOut(tree, frames, sampler.cpuMicros(), active / 1000, orders.maxStackDepth);
    reporter.offer(new AgentProfile(
        tree, frames, startMillis, end, TimeUnit.NANOSECONDS.toMillis(active), orders.samplingIntervalMillis, sampler.ticks(),
        failedTicks, sampler.meanThreads(), sampler.threadWeight(), throttle, TimeUnit.NANOSECONDS.toMillis(ownCpu() - ownCpuAtStart),
        bytes, Math.max(0, processCpuSeconds() - processCpuAtStart),
        events.takeHeap(), cpuSamples));
    // Profiles touch, unless the clock was set.
    begin(Math.abs(wall - end) < 1000 ? end : wall, now);
  }

  /** Between two looks, on average. */
  static long innerMillis(AgentOrders orders, double cpus) {
    long inner = Math.min(INNER_MILLIS, orders.samplingIntervalMillis);
    return cpus < 0.5 ? inner * 2 : inner;
  }

  private Budget budget(AgentOrders orders) {
    // Who asks for more samples than usual also says what they may cost.
    double limit = orders.cpuLimitPercent / 100.0;
    double share = orders.samplingIntervalMillis < USUAL_INTERVAL_MILLIS ? limit : Math.min(limit, USUAL_BUDGET);
    double core = Math.min(1, cpus);
    return new Budget(share * core, limit * core, nanos.getAsLong(), ownCpu());
  }

  /**
   * CPU nanoseconds of the agent's threads; of those that have ended, what they had used is still counted. Where that is not to be
   * known, the time that looks took: they cannot have used more.
   */
  private long ownCpu() {
    long told = sampler.cpuNanosOf(ownThreads);
    ownCpuNanos = Math.max(ownCpuNanos, told < 0 ? lookingNanos : told);
    return ownCpuNanos;
  }

  private static double processCpuSeconds() {
    Duration used = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    return used.toNanos() / 1e9;
  }
}

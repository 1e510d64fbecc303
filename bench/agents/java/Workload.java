import dev.wick.agent.Profiler;
import dev.wick.agent.host.Functions;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/** A program for bench/agents/java.ts: nine functions called at random by one thread, beside threads that wait. */
public final class Workload {
  private static final int IDLE_THREADS = 24;
  private static final int SETTLE_MILLIS = 1000;
  private static final int SLICE_MILLIS = 3000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final com.sun.management.OperatingSystemMXBean PROCESS =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private static volatile long sink;

  private static volatile long units;

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  public static void main(String[] args) throws Exception {
    if (args[0].equals("start")) {
      long toMain = System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
      print("{\"toMainMs\":%d}", toMain);
      System.exit(0);
    }
    if (args[0].equals("memory")) {
      for (long end = System.nanoTime() + 4_000_000_000L; System.nanoTime() < end; ) oneOfEach();
      print("{\"rssMb\":%.1f}", residentMegabytes());
      System.exit(0);
    }
    for (int i = 0; i < IDLE_THREADS; i++) daemon("idle-" + i, () -> waitDeep(30));
    for (int i = 0; i < 300; i++) oneOfEach();
    if (args[0].equals("accuracy")) accuracy(Integer.parseInt(args[1]), args[2].equals("cpuStream"));
    else if (args[0].equals("steady")) {
      steady(Integer.parseInt(args[1]), args[2].equals("cpuStream"), Integer.parseInt(args[3]));
    }
    else overhead(Integer.parseInt(args[1]), args[0].equals("control"));
    System.exit(0);
  }

  private static void oneOfEach() {
    for (Functions.Function function : Functions.MIX.values()) sink += function.call();
    units++;
  }

  /** The truth is the thread's CPU clock around ten calls. */
  private static void accuracy(int seconds, boolean cpuStream) throws Exception {
    Random random = new Random(2026);
    String[] names = Functions.MIX.keySet().toArray(new String[0]);
    Functions.Function[] functions = Functions.MIX.values().toArray(new Functions.Function[0]);
    long[] truth = new long[names.length];
    Thread worker = daemon("worker", () -> {
      while (true) {
        int at = random.nextInt(names.length);
        long began = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < 10; i++) sink += functions[at].call();
        truth[at] += THREADS.getCurrentThreadCpuTime() - began;
        units++;
      }
    });
    Profiler profiler = Profiler.builder().profilingGroupName("bench").withCpuStream(cpuStream).build();
    Arrays.fill(truth, 0);
    profiler.start();
    Thread.sleep(seconds * 1000L);
    profiler.stop();
    long sum = Arrays.stream(truth).sum();
    StringBuilder shares = new StringBuilder();
    for (int i = 0; i < names.length; i++) {
      shares.append(i == 0 ? "" : ",").append('"').append(names[i]).append("\":")
          .append(String.format(Locale.ROOT, "%.5f", (double) truth[i] / sum));
    }
    print("{\"truth\":{%s},\"worker\":%b}", shares, worker.isAlive());
  }

  /**
   * What the agent's own threads, and Flight Recorder's, take of a core once all is loaded and compiled; what all
   * others but the worker take more than once it is stopped (the JVM's own, which stop threads and collect garbage);
   * and from when to when that was, by the JVM's clock.
   */
  private static void steady(int seconds, boolean cpuStream, int warmUpSeconds) throws Exception {
    Thread worker = daemon("worker", () -> {
      while (true) oneOfEach();
    });
    Profiler profiler = Profiler.builder().profilingGroupName("bench").withCpuStream(cpuStream).build();
    profiler.start();
    Thread.sleep(warmUpSeconds * 1000L);
    long from = ManagementFactory.getRuntimeMXBean().getUptime();
    double[] with = shares(seconds, worker);
    long to = ManagementFactory.getRuntimeMXBean().getUptime();
    profiler.stop();
    Thread.sleep(10_000);
    double[] without = shares(seconds, worker);
    print("{\"own\":%.4f,\"others\":%.4f,\"fromMs\":%d,\"toMs\":%d}", with[0], with[1] - without[1], from, to);
  }

  /** Percent of a core: of the agent's own threads, and of all others but the worker. */
  private static double[] shares(int seconds, Thread worker) throws Exception {
    long began = System.nanoTime();
    long own = ownCpuNanos();
    long others = PROCESS.getProcessCpuTime() - THREADS.getThreadCpuTime(worker.getId()) - own;
    Thread.sleep(seconds * 1000L);
    own = ownCpuNanos() - own;
    others = PROCESS.getProcessCpuTime() - THREADS.getThreadCpuTime(worker.getId()) - ownCpuNanos() - others;
    double percent = 100.0 / (System.nanoTime() - began);
    return new double[] {own * percent, others * percent};
  }

  /** One process, the agent on and off in slices in random order; work for each second of the process's CPU time. */
  private static void overhead(int pairs, boolean isControl) throws Exception {
    daemon("worker", () -> {
      while (true) oneOfEach();
    });
    Random random = new Random(1);
    StringBuilder slowdowns = new StringBuilder();
    // What is loaded once is not of a slice; the first seconds are the compiler's.
    slice(!isControl);
    Thread.sleep(5000);
    for (int pair = 0; pair < pairs; pair++) {
      boolean isOnFirst = random.nextBoolean();
      double first = slice(isOnFirst && !isControl);
      double second = slice(!isOnFirst && !isControl);
      double on = isOnFirst ? first : second;
      double off = isOnFirst ? second : first;
      slowdowns.append(pair == 0 ? "" : ",").append(String.format(Locale.ROOT, "%.3f", (off / on - 1) * 100));
    }
    print("{\"slowdownsPercent\":[%s]}", slowdowns);
  }

  /** Work for each second of CPU time, once the agent has started and asked, or stopped and reported. */
  private static double slice(boolean isOn) throws Exception {
    Profiler profiler = isOn ? Profiler.builder().profilingGroupName("bench").build() : null;
    if (profiler != null) profiler.start();
    Thread.sleep(SETTLE_MILLIS);
    long cpu = PROCESS.getProcessCpuTime();
    long done = units;
    Thread.sleep(SLICE_MILLIS);
    double perCpu = (units - done) / ((PROCESS.getProcessCpuTime() - cpu) / 1e9);
    if (profiler != null) profiler.stop();
    return perCpu;
  }

  private static long ownCpuNanos() {
    long sum = 0;
    for (java.lang.management.ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (thread != null && (thread.getThreadName().startsWith("wick-agent") || thread.getThreadName().startsWith("JFR "))) {
        sum += Math.max(0, THREADS.getThreadCpuTime(thread.getThreadId()));
      }
    }
    return sum;
  }

  private static double residentMegabytes() throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
    }
    return Double.NaN;
  }

  private static void waitDeep(int depth) {
    if (depth > 0) {
      waitDeep(depth - 1);
      return;
    }
    try {
      Thread.sleep(3_600_000);
    } catch (InterruptedException ends) {
      sink++;
    }
  }

  private static Thread daemon(String name, Runnable run) {
    Thread thread = new Thread(run, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}

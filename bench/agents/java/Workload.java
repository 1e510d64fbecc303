import dev.wick.agent.Profiler;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** A program for bench/agents/java.ts: eight functions called at random by one thread, beside threads that wait. */
public final class Workload {
  private static final int IDLE_THREADS = 24;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final com.sun.management.OperatingSystemMXBean PROCESS =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private static final String TEXT = "item 7 costs 12.50, item 9 costs 3.75; ".repeat(40);
  private static final Pattern PRICE = Pattern.compile("(\\d+)\\.(\\d+)");
  private static final int[] NUMBERS = new Random(1).ints(3000).toArray();
  private static final byte[] BYTES = TEXT.repeat(40).getBytes();
  private static volatile long sink;

  private static volatile long units;

  private interface Function {
    long call();
  }

  /** Their names are those of their methods. */
  private static final Map<String, Function> FUNCTIONS = new java.util.TreeMap<>(Map.of(
      "sumRoots", Workload::sumRoots, "sortNumbers", Workload::sortNumbers, "findPrices", Workload::findPrices,
      "buildMap", Workload::buildMap, "joinText", Workload::joinText, "checksum", Workload::checksum,
      "multiply", Workload::multiply, "allocate", Workload::allocate));

  static long sumRoots() {
    double sum = 0;
    for (int i = 1; i < 60_000; i++) sum += Math.sqrt(sum + i);
    return (long) sum;
  }

  static long sortNumbers() {
    int[] copy = NUMBERS.clone();
    Arrays.sort(copy);
    return copy[0];
  }

  static long findPrices() {
    Matcher matcher = PRICE.matcher(TEXT);
    long sum = 0;
    while (matcher.find()) sum += matcher.group(1).length();
    return sum;
  }

  static long buildMap() {
    Map<String, Integer> map = new HashMap<>();
    for (int i = 0; i < 2000; i++) map.merge("key " + i % 500, i, Integer::sum);
    return map.size();
  }

  static long joinText() {
    StringBuilder text = new StringBuilder();
    for (int number : NUMBERS) text.append(number).append(';');
    return text.length();
  }

  static long checksum() {
    CRC32 crc = new CRC32();
    for (int i = 0; i < 20; i++) crc.update(BYTES);
    return crc.getValue();
  }

  static long multiply() {
    long product = 1;
    for (int a : NUMBERS) for (int i = 0; i < 20; i++) product = product * 31 + (a ^ i);
    return product;
  }

  static long allocate() {
    List<byte[]> list = new ArrayList<>();
    for (int i = 0; i < 400; i++) list.add(new byte[256]);
    return list.size();
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  public static void main(String[] args) throws Exception {
    if (args[0].equals("start")) {
      long toMain = System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
      for (long end = System.nanoTime() + 4_000_000_000L; System.nanoTime() < end; ) oneOfEach();
      print("{\"toMainMs\":%d,\"rssMb\":%.1f}", toMain, residentMegabytes());
      System.exit(0);
    }
    for (int i = 0; i < IDLE_THREADS; i++) daemon("idle-" + i, () -> waitDeep(30));
    for (int i = 0; i < 300; i++) oneOfEach();
    if (args[0].equals("accuracy")) accuracy(Integer.parseInt(args[1]));
    else overhead(Integer.parseInt(args[1]), args[0].equals("control"));
    System.exit(0);
  }

  private static void oneOfEach() {
    for (Function function : FUNCTIONS.values()) sink += function.call();
    units++;
  }

  /** The truth is the thread's CPU clock around each call. */
  private static void accuracy(int seconds) throws Exception {
    Random random = new Random(2026);
    String[] names = FUNCTIONS.keySet().toArray(new String[0]);
    Function[] functions = FUNCTIONS.values().toArray(new Function[0]);
    long[] truth = new long[names.length];
    Thread worker = daemon("worker", () -> {
      while (true) {
        int at = random.nextInt(names.length);
        long began = THREADS.getCurrentThreadCpuTime();
        sink += functions[at].call();
        truth[at] += THREADS.getCurrentThreadCpuTime() - began;
        units++;
      }
    });
    Profiler profiler = Profiler.builder().profilingGroupName("bench").build();
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

  /** One process, the agent on and off in slices in random order; work for each second of the process's CPU time. */
  private static void overhead(int pairs, boolean isControl) throws Exception {
    daemon("worker", () -> {
      while (true) oneOfEach();
    });
    Random random = new Random(1);
    StringBuilder slowdowns = new StringBuilder();
    double ownShare = 0;
    int shares = 0;
    // What is loaded once is not of a slice; the first seconds are the compiler's.
    slice(!isControl);
    Thread.sleep(5000);
    for (int pair = 0; pair < pairs; pair++) {
      boolean isOnFirst = random.nextBoolean();
      double[] first = slice(isOnFirst && !isControl);
      double[] second = slice(!isOnFirst && !isControl);
      double[] on = isOnFirst ? first : second;
      double[] off = isOnFirst ? second : first;
      slowdowns.append(pair == 0 ? "" : ",").append(String.format(Locale.ROOT, "%.3f", (off[0] / on[0] - 1) * 100));
      ownShare += on[1];
      shares++;
    }
    print("{\"slowdownsPercent\":[%s],\"ownThreadsPercentOfACore\":%.3f}", slowdowns, ownShare / Math.max(1, shares) * 100);
  }

  /** Work for each second of CPU time, and the share of a core that the agent's own threads took. */
  private static double[] slice(boolean isOn) throws Exception {
    Profiler profiler = isOn ? Profiler.builder().profilingGroupName("bench").build() : null;
    if (profiler != null) profiler.start();
    Thread.sleep(400);
    long began = System.nanoTime();
    long cpu = PROCESS.getProcessCpuTime();
    long own = ownCpuNanos();
    long done = units;
    Thread.sleep(1000);
    double perCpu = (units - done) / ((PROCESS.getProcessCpuTime() - cpu) / 1e9);
    double share = (double) (ownCpuNanos() - own) / (System.nanoTime() - began);
    if (profiler != null) profiler.stop();
    return new double[] {perCpu, share};
  }

  private static long ownCpuNanos() {
    long sum = 0;
    for (java.lang.management.ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().startsWith("wick-agent")) {
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

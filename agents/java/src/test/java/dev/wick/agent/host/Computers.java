package dev.wick.agent.host;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/**
 * A thread that calls functions at random, those of the second argument. Beside the file of the first, with {@code .truth} behind its
 * name, is kept what each took by the thread's CPU clock: {@code name nanoseconds} in lines.
 */
final class Computers {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static volatile long sink;

  public static void main(String[] args) throws Exception {
    Map<String, Functions.Function> functions = args[1].equals("mix") ? Functions.MIX : Functions.LOOPS;
    String[] names = functions.keySet().toArray(new String[0]);
    Functions.Function[] all = functions.values().toArray(new Functions.Function[0]);
    // Asking the clock takes time that is in no function; but the fewer at a time, the more even is the part that each has of a second.
    int calls = args[1].equals("mix") ? 10 : 1;
    long[] truth = new long[names.length];
    Random random = new Random(2026);
    Told.daemon("worker", () -> {
      while (true) {
        int at = random.nextInt(all.length);
        long took = took(all[at], calls);
        synchronized (truth) {
          truth[at] += took;
        }
      }
    });
    Path file = Path.of(args[0] + ".truth");
    Told.repeat(args, () -> {
      Thread.sleep(100);
      StringBuilder lines = new StringBuilder();
      synchronized (truth) {
        for (int i = 0; i < names.length; i++) lines.append(names[i]).append(' ').append(truth[i]).append('\n');
      }
      Files.writeString(file, lines);
    });
  }

  private static long took(Functions.Function function, int calls) {
    long began = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < calls; i++) sink += function.call();
    return THREADS.getCurrentThreadCpuTime() - began;
  }
}

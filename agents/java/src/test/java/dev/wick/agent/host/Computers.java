package dev.wick.agent.host;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Threads that compute in functions called at random, some of them without a safepoint inside. Beside the file of the first argument, with
 * {@code .truth} behind its name, is kept what each took by the threads' CPU clocks: {@code name nanoseconds} in lines.
 */
final class Computers {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final byte[] BYTES = new byte[1 << 20];
  private static final String[] NAMES = {"counted", "uncounted", "checksum", "compress"};
  private static final long[] TRUTH = new long[NAMES.length];
  private static volatile long sink;

  public static void main(String[] args) throws Exception {
    new Random(1).nextBytes(BYTES);
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 1;
    for (int i = 0; i < threads; i++) {
      Random random = new Random(i);
      Told.daemon("worker", () -> {
        while (true) one(random.nextInt(NAMES.length));
      });
    }
    Path truth = Path.of(args[0] + ".truth");
    Told.repeat(args, () -> {
      Thread.sleep(100);
      StringBuilder lines = new StringBuilder();
      synchronized (TRUTH) {
        for (int i = 0; i < NAMES.length; i++) lines.append(NAMES[i]).append(' ').append(TRUTH[i]).append('\n');
      }
      Files.writeString(truth, lines);
    });
  }

  private static void one(int function) {
    long began = THREADS.getCurrentThreadCpuTime();
    switch (function) {
      case 0:
        sink += counted(began);
        break;
      case 1:
        sink += uncounted(began);
        break;
      case 2:
        sink += checksum();
        break;
      default:
        sink += compress();
    }
    long took = THREADS.getCurrentThreadCpuTime() - began;
    synchronized (TRUTH) {
      TRUTH[function] += took;
    }
  }

  /** With collectors other than G1 the compiler leaves no safepoint in a loop that counts in ints. */
  private static int counted(long seed) {
    int sum = (int) seed;
    for (int i = 0; i < 3_000_000; i++) sum = sum * 31 + (sum ^ i);
    return sum;
  }

  private static long uncounted(long seed) {
    long sum = seed;
    for (long i = 0; i < 3_000_000L; i++) sum = sum * 31 + (sum ^ i);
    return sum;
  }

  /** Machine code of the JVM's own, of which Flight Recorder knows nothing before Java 25. */
  private static long checksum() {
    CRC32 crc = new CRC32();
    for (int i = 0; i < 10; i++) crc.update(BYTES);
    return crc.getValue();
  }

  /** Native code. */
  private static long compress() {
    Deflater deflater = new Deflater(1);
    byte[] out = new byte[1 << 16];
    deflater.setInput(BYTES, 0, 1 << 17);
    deflater.finish();
    long size = 0;
    while (!deflater.finished()) size += deflater.deflate(out);
    deflater.end();
    return size;
  }
}

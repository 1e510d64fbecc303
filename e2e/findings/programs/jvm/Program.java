/**
 * What every program does: some piece of work again and again, for five seconds or for {@code PROGRAM_SECONDS}, with the problem
 * or without it.
 */
final class Program {
  private static final long NANOS =
      1_000_000_000L * Long.parseLong(System.getenv().getOrDefault("PROGRAM_SECONDS", "5"));

  /** One piece of work. */
  interface Work {
    Object run() throws Exception;
  }

  /** Results go here, so that no compiler may leave the work out. */
  static volatile Object sink;

  private Program() {}

  /** Does the one or the other on the main thread. */
  static void run(String[] arguments, Work with, Work without) throws Exception {
    repeat(chosen(arguments, with, without));
  }

  /** Does the one or the other on some threads at once. */
  static void run(int threads, String[] arguments, Work with, Work without) throws Exception {
    Work work = chosen(arguments, with, without);
    Thread[] all = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      all[i] = new Thread(() -> repeat(work));
      all[i].start();
    }
    for (Thread thread : all) thread.join();
  }

  /** What else a request does: takes about a millisecond for each unit. */
  static double price(int units) {
    double sum = 0;
    for (int i = 1; i < units * 1_000_000; i++) sum += Math.sqrt(i);
    return sum;
  }

  private static Work chosen(String[] arguments, Work with, Work without) {
    String argument = arguments.length == 1 ? arguments[0] : "";
    if (argument.equals("with")) return with;
    if (argument.equals("without")) return without;
    throw new IllegalArgumentException("give 'with' or 'without'");
  }

  private static void repeat(Work work) {
    long end = System.nanoTime() + NANOS;
    try {
      while (System.nanoTime() < end) sink = work.run();
    } catch (Exception unexpected) {
      throw new IllegalStateException(unexpected);
    }
  }
}

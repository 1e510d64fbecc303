/** One thread that works, one that sleeps and one that has memory collected, until standard input ends. */
public final class Shop {
  private static volatile double sink;

  public static void main(String[] args) throws Exception {
    System.out.println("open");
    daemon(Shop::price);
    daemon(Shop::nap);
    daemon(Shop::collect);
    while (System.in.read() >= 0) {}
    System.out.println("closed");
    System.exit(5);
  }

  private static void price() {
    while (true) {
      double sum = 0;
      for (int i = 1; i < 500_000; i++) sum += Math.sqrt(i) / 3;
      sink = sum;
    }
  }

  private static void nap() {
    try {
      while (true) Thread.sleep(50);
    } catch (InterruptedException ends) {
      sink = 0;
    }
  }

  private static void collect() {
    byte[][] kept = new byte[64][1 << 16];
    try {
      while (true) {
        Thread.sleep(500);
        System.gc();
      }
    } catch (InterruptedException ends) {
      sink = kept.length;
    }
  }

  private static void daemon(Runnable run) {
    Thread thread = new Thread(run);
    thread.setDaemon(true);
    thread.start();
  }
}

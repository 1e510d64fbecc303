import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A consumer that asks an empty queue again and again. */
final class BusyWait {
  private static final LinkedBlockingQueue<Long> QUEUE = new LinkedBlockingQueue<>();

  public static void main(String[] arguments) throws Exception {
    Thread producer = new Thread(BusyWait::produce);
    producer.setDaemon(true);
    producer.start();
    Program.run(arguments, () -> price(next()), () -> price(QUEUE.poll(1, TimeUnit.SECONDS)));
  }

  private static Long next() {
    Long next;
    while ((next = QUEUE.poll()) == null) Thread.yield();
    return next;
  }

  private static Object price(Long number) {
    double sum = number;
    for (int i = 1; i < 10_000_000; i++) sum += Math.sqrt(i);
    return sum;
  }

  private static void produce() {
    try {
      while (true) {
        QUEUE.add(System.nanoTime());
        Thread.sleep(40);
      }
    } catch (InterruptedException ends) {
      Thread.currentThread().interrupt();
    }
  }
}

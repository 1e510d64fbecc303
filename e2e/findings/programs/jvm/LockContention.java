import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/** All threads do their work while they hold one ReentrantLock. */
final class LockContention {
  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final LongAdder DONE = new LongAdder();
  private static long done;

  public static void main(String[] arguments) throws Exception {
    Program.run(8, arguments, LockContention::with, LockContention::without);
  }

  private static Object with() {
    LOCK.lock();
    try {
      done++;
      return price();
    } finally {
      LOCK.unlock();
    }
  }

  private static Object without() {
    DONE.increment();
    return price();
  }

  private static double price() {
    double sum = 0;
    for (int i = 1; i < 10_000; i++) sum += Math.sqrt(i);
    return sum;
  }
}

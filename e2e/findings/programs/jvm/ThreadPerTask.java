import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A thread started for each small task. */
final class ThreadPerTask {
  public static void main(String[] arguments) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      Program.run(2, arguments, ThreadPerTask::with, () -> pool.submit(ThreadPerTask::task).get());
    } finally {
      pool.shutdown();
    }
  }

  private static Object with() throws InterruptedException {
    Thread thread = new Thread(ThreadPerTask::task);
    thread.start();
    thread.join();
    return thread;
  }

  private static Double task() {
    double sum = 0;
    for (int i = 1; i < 10_000; i++) sum += Math.sqrt(i);
    Program.sink = sum;
    return sum;
  }
}

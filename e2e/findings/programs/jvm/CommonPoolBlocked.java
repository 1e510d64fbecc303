import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Calls that wait, in a parallel stream: the one pool of the process waits with them. */
final class CommonPoolBlocked {
  public static void main(String[] arguments) throws Exception {
    ExecutorService calls = Executors.newFixedThreadPool(8);
    try {
      Program.run(
          arguments,
          () -> IntStream.range(0, 8).parallel().map(CommonPoolBlocked::call).sum(),
          () -> without(calls));
    } finally {
      calls.shutdown();
    }
  }

  private static int without(ExecutorService calls) throws Exception {
    List<Future<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int number = i;
      all.add(calls.submit(() -> call(number)));
    }
    int sum = 0;
    for (Future<Integer> one : all) sum += one.get();
    return sum;
  }

  private static int call(int number) {
    double sum = number;
    try {
      for (int i = 1; i < 5_000_000; i++) sum += Math.sqrt(i);
      Thread.sleep(20);
    } catch (InterruptedException ends) {
      Thread.currentThread().interrupt();
    }
    return (int) sum % 7;
  }
}

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The length of a ConcurrentLinkedQueue asked for, which counts all its elements, to learn whether it is empty. */
final class QueueSize {
  private static final Queue<String> QUEUE = new ConcurrentLinkedQueue<>();

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 5000; i++) QUEUE.add("task");
    Program.run(arguments, () -> QUEUE.size() == 0 ? null : turn(), () -> QUEUE.isEmpty() ? null : turn());
  }

  private static String turn() {
    String task = QUEUE.poll();
    QUEUE.add(task);
    return task;
  }
}

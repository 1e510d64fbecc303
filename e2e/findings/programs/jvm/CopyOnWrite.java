import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Results gathered in a list that is copied at each of them. */
final class CopyOnWrite {
  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> gather(new CopyOnWriteArrayList<>()), () -> gather(new ConcurrentLinkedQueue<>()));
  }

  private static Object gather(Collection<String> results) {
    for (int i = 0; i < 10_000; i++) results.add("result");
    return results;
  }
}

import java.util.LinkedList;
import java.util.List;

/** A LinkedList read by index: each read walks half of the list. */
final class LinkedListGet {
  private static final List<Integer> LINES = new LinkedList<>();

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < 5000; i++) LINES.add(i);
    Program.run(arguments, LinkedListGet::with, LinkedListGet::without);
  }

  private static long with() {
    long sum = 0;
    for (int i = 0; i < LINES.size(); i++) sum += LINES.get(i);
    return sum;
  }

  private static long without() {
    long sum = 0;
    for (int line : LINES) sum += line;
    return sum;
  }
}

import java.util.ArrayList;
import java.util.List;

/** Numbers counted and summed as objects. */
final class Boxing {
  private static final int COUNT = 100_000;

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, Boxing::with, Boxing::without);
  }

  private static Object with() {
    List<Long> numbers = new ArrayList<>(COUNT);
    for (int i = 0; i < COUNT; i++) numbers.add(i * 1000L);
    return numbers;
  }

  private static Object without() {
    long[] numbers = new long[COUNT];
    for (int i = 0; i < COUNT; i++) numbers[i] = i * 1000L;
    return numbers;
  }
}

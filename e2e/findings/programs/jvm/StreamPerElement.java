import java.util.List;

/** A stream over two elements, for each line of an order. */
final class StreamPerElement {
  private static final List<Integer> SIZES = List.of(3, 4);

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, StreamPerElement::with, StreamPerElement::without);
  }

  private static Object with() {
    return SIZES.stream().filter(size -> size > 3).mapToInt(Integer::intValue).sum();
  }

  private static Object without() {
    int sum = 0;
    for (int size : SIZES) if (size > 3) sum += size;
    return sum;
  }
}

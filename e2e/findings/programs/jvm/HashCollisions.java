import java.util.HashMap;
import java.util.Map;

/** Keys whose hash codes are nearly all the same. */
final class HashCollisions {
  private static final int SIZE = 64;
  private static volatile long total;

  /** A place on a grid. */
  private static final class Weak {
    final int x;
    final int y;

    Weak(int x, int y) {
      this.x = x;
      this.y = y;
    }

    @Override
    public int hashCode() {
      // Grids are quadratic: few values.
      return x + y;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Weak && ((Weak) other).x == x && ((Weak) other).y == y;
    }
  }

  private record Strong(int x, int y) {}

  public static void main(String[] arguments) throws Exception {
    Map<Weak, Integer> weak = new HashMap<>();
    Map<Strong, Integer> strong = new HashMap<>();
    for (int i = 0; i < SIZE * SIZE; i++) {
      weak.put(new Weak(i % SIZE, i / SIZE), i);
      strong.put(new Strong(i % SIZE, i / SIZE), i);
    }
    Program.run(arguments, () -> with(weak), () -> without(strong));
  }

  private static Object with(Map<Weak, Integer> grid) {
    long sum = 0;
    for (int i = 0; i < SIZE * SIZE; i++) sum += grid.get(new Weak(i % SIZE, i / SIZE));
    total = sum;
    return grid;
  }

  private static Object without(Map<Strong, Integer> grid) {
    long sum = 0;
    for (int i = 0; i < SIZE * SIZE; i++) sum += grid.get(new Strong(i % SIZE, i / SIZE));
    total = sum;
    return grid;
  }
}

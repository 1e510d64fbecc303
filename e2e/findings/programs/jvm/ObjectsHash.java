import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** A hash code by Objects.hash, which makes an array and boxes numbers at each call. */
final class ObjectsHash {
  private static final int SIZE = 64;
  private static boolean slow;

  /** A place. */
  private static final class Place {
    final int x;
    final int y;
    final long z;

    Place(int x, int y, long z) {
      this.x = x;
      this.y = y;
      this.z = z;
    }

    @Override
    public int hashCode() {
      return slow ? Objects.hash(x, y, z) : 31 * (31 * x + y) + Long.hashCode(z);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Place && ((Place) other).x == x && ((Place) other).y == y && ((Place) other).z == z;
    }
  }

  public static void main(String[] arguments) throws Exception {
    slow = arguments.length == 1 && arguments[0].equals("with");
    Map<Place, Integer> places = new HashMap<>();
    for (int i = 0; i < SIZE * SIZE; i++) places.put(new Place(i % SIZE, i / SIZE, i * 1000L), i);
    Program.run(arguments, () -> sum(places), () -> sum(places));
  }

  private static long sum(Map<Place, Integer> places) {
    long sum = 0;
    for (int i = 0; i < SIZE * SIZE; i++) sum += places.get(new Place(i % SIZE, i / SIZE, i * 1000L));
    return sum;
  }
}

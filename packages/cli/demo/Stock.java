import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Counts stock, wastefully: a pattern is compiled for each line. The method to find is {@code Stock.parse}; made once, the
 * pattern would cost next to nothing. The last counts are remembered: objects that live for a while, and are all of the heap.
 */
public final class Stock {
  private static final int REMEMBERED = 10_000;

  private static final Deque<Count> COUNTS = new ArrayDeque<>();

  private record Count(int[] pieces, long time) {}

  public static void main(String[] args) throws InterruptedException {
    List<String> lines = new ArrayList<>();
    for (int shelf = 0; shelf < 200; shelf++) {
      lines.add(String.format(Locale.ROOT, "shelf-%03d: %d pieces", shelf, shelf * 7 % 50));
    }
    while (true) {
      long started = System.nanoTime();
      while (System.nanoTime() - started < 200_000_000L) {
        remember(count(lines));
      }
      Thread.sleep(200);
    }
  }

  private static Count count(List<String> lines) {
    int[] pieces = new int[lines.size()];
    for (int shelf = 0; shelf < pieces.length; shelf++) {
      pieces[shelf] = parse(lines.get(shelf));
    }
    return new Count(pieces, System.nanoTime());
  }

  private static void remember(Count count) {
    if (COUNTS.size() == REMEMBERED) {
      COUNTS.removeFirst();
    }
    COUNTS.addLast(count);
  }

  private static int parse(String line) {
    var matcher = Pattern.compile("([a-z]+)-(\\d+): (\\d+) pieces?").matcher(line);
    return matcher.matches() ? Integer.parseInt(matcher.group(3)) : 0;
  }
}

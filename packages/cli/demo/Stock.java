import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Counts stock, wastefully: a pattern is compiled for each line. The method to find is {@code Stock.parse}; made once, the
 * pattern would cost next to nothing.
 */
public final class Stock {
  public static void main(String[] args) throws InterruptedException {
    List<String> lines = new ArrayList<>();
    for (int shelf = 0; shelf < 200; shelf++) {
      lines.add(String.format(Locale.ROOT, "shelf-%03d: %d pieces", shelf, shelf * 7 % 50));
    }
    while (true) {
      long started = System.nanoTime();
      while (System.nanoTime() - started < 200_000_000L) {
        count(lines);
      }
      Thread.sleep(200);
    }
  }

  private static long count(List<String> lines) {
    long pieces = 0;
    for (String line : lines) {
      pieces += parse(line);
    }
    return pieces;
  }

  private static int parse(String line) {
    var matcher = Pattern.compile("([a-z]+)-(\\d+): (\\d+) pieces?").matcher(line);
    return matcher.matches() ? Integer.parseInt(matcher.group(3)) : 0;
  }
}

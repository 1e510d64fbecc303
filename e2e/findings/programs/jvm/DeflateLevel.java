import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;

/** Answers compressed at the best level. */
final class DeflateLevel {
  private static final byte[] ANSWER = answer();

  public static void main(String[] arguments) throws Exception {
    Deflater best = new Deflater(Deflater.BEST_COMPRESSION);
    Program.run(arguments, () -> page() + compressed(best), () -> page() + ANSWER.length);
  }

  /** What else a request does. */
  private static int page() {
    byte[] copy = ANSWER.clone();
    Arrays.sort(copy);
    return copy[copy.length / 2];
  }

  private static int compressed(Deflater deflater) {
    deflater.reset();
    deflater.setInput(ANSWER);
    deflater.finish();
    byte[] out = new byte[8192];
    int length = 0;
    while (!deflater.finished()) length += deflater.deflate(out);
    return length;
  }

  private static byte[] answer() {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder();
    while (text.length() < 100_000) text.append("{\"id\":").append(random.nextInt(1000)).append(",\"name\":\"article\"},");
    return text.toString().getBytes();
  }
}

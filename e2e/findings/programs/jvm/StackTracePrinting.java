import java.io.PrintWriter;
import java.io.StringWriter;

/** The stack trace of an expected failure printed for each request. */
final class StackTracePrinting {
  private static final IllegalStateException FAILURE = failure(30);

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, StackTracePrinting::with, FAILURE::toString);
  }

  private static String with() {
    StringWriter text = new StringWriter();
    FAILURE.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static IllegalStateException failure(int frames) {
    return frames == 0 ? new IllegalStateException("out of stock") : failure(frames - 1);
  }
}

import java.util.OptionalInt;

/** An exception for each text that is no number, some frames deep. */
final class ExceptionCreation {
  private static final String[] TEXTS = {"12", "n/a", "7", "-", "none", "41"};

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> deep(20, true), () -> deep(20, false));
  }

  /** Request handlers are this deep, and deeper. */
  private static int deep(int frames, boolean with) {
    return frames == 0 ? sum(with) : deep(frames - 1, with) + 1;
  }

  private static int sum(boolean with) {
    int sum = 0;
    for (String text : TEXTS) sum += with ? parsed(text) : asked(text).orElse(0);
    return sum;
  }

  private static int parsed(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException none) {
      return 0;
    }
  }

  private static OptionalInt asked(String text) {
    for (int i = 0; i < text.length(); i++) if (text.charAt(i) < '0' || text.charAt(i) > '9') return OptionalInt.empty();
    return OptionalInt.of(Integer.parseInt(text));
  }
}

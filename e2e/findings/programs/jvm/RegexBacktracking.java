import java.util.regex.Pattern;

/** A nested quantifier that tries every way to cut a line which does not match. */
final class RegexBacktracking {
  private static final Pattern NESTED = Pattern.compile("^(([a-z])+.)+[A-Z]([a-z])+$");
  private static final Pattern PLAIN = Pattern.compile("^[a-z][a-z.]*+[A-Z][a-z]+$");
  private static final String LINE = "abcdefghijklmnopqrstuvw";

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> NESTED.matcher(LINE).matches(), () -> PLAIN.matcher(LINE).matches());
  }
}

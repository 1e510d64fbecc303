import java.util.regex.Pattern;

/** A slug made with String.replaceAll, which compiles its expression at each call. */
final class RegexString {
  private static final Pattern NOT_WORD = Pattern.compile("[^a-z0-9]+");
  private static final String TITLE = "continuous profiling, in production";

  public static void main(String[] arguments) throws Exception {
    Program.run(
        arguments,
        () -> TITLE.replaceAll("[^a-z0-9]+", "-"),
        () -> NOT_WORD.matcher(TITLE).replaceAll("-"));
  }
}

import java.util.regex.Pattern;

/** A validation that compiles its regular expression for each line. */
final class RegexCompile {
  private static final String DATE = "(\\d{4})-(\\d{2})-(\\d{2})T(\\d{2}):(\\d{2}):(\\d{2})(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})";
  private static final Pattern COMPILED = Pattern.compile(DATE);
  private static final String LINE = "2026-11-26T12:00:00.123+01:00";

  public static void main(String[] arguments) throws Exception {
    Program.run(
        arguments,
        () -> Pattern.compile(DATE).matcher(LINE).matches(),
        () -> COMPILED.matcher(LINE).matches());
  }
}

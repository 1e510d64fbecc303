import java.time.LocalDate;
import java.time.format.DateTimeFormatter;

/** The pattern of a DateTimeFormatter parsed for each date. */
final class DateFormatterPattern {
  private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("dd.MM.uuuu");
  private static final LocalDate DAY = LocalDate.of(2026, 11, 26);

  public static void main(String[] arguments) throws Exception {
    Program.run(
        arguments, () -> DAY.format(DateTimeFormatter.ofPattern("dd.MM.uuuu")), () -> DAY.format(FORMAT));
  }
}

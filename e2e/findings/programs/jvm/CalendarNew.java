import java.time.Instant;
import java.time.ZoneId;
import java.util.Calendar;
import java.util.TimeZone;

/** A Calendar made to learn the hour. */
final class CalendarNew {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  public static void main(String[] arguments) throws Exception {
    Program.run(
        arguments,
        () -> Calendar.getInstance(TimeZone.getTimeZone("Europe/Berlin")).get(Calendar.HOUR_OF_DAY),
        () -> Instant.now().atZone(BERLIN).getHour());
  }
}

import java.text.SimpleDateFormat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;

/** A SimpleDateFormat made for each date. */
final class SimpleDateFormatNew {
  private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  public static void main(String[] arguments) throws Exception {
    Program.run(
        arguments,
        () -> new SimpleDateFormat("yyyy-MM-dd HH:mm:ss").format(new Date()),
        () -> FORMAT.format(Instant.now()));
  }
}

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/** Objects made into maps by way of JSON's tokens. */
final class JacksonConvertValue {
  /** What is copied. */
  public record Order(int id, String name, long total) {}

  private static final Order ORDER = new Order(7, "order", 1999);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    Program.run(
        arguments,
        () -> MAPPER.convertValue(ORDER, Map.class),
        () -> Map.of("name", ORDER.name(), "id", "7", "total", "1999"));
  }
}

import com.fasterxml.jackson.databind.ObjectMapper;

/** An ObjectMapper made for each text that is read. */
final class JacksonMapper {
  private static final String TEXT = "{\"id\":7,\"name\":\"order\",\"lines\":[1,2,3]}";
  private static final ObjectMapper KEPT = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> new ObjectMapper().readTree(TEXT), () -> KEPT.readTree(TEXT));
  }
}

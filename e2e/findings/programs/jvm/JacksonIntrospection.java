import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;

/** A mapper copied to set one feature: what is known of classes is lost with each copy. */
final class JacksonIntrospection {
  /** What is read. */
  public static final class Order {
    public int id;
    public String name;
  }

  private static final String TEXT = "{\"id\":7,\"name\":\"order\",\"more\":1}";
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectReader READER =
      MAPPER.readerFor(Order.class).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, JacksonIntrospection::with, () -> READER.readValue(TEXT));
  }

  private static Object with() throws Exception {
    return MAPPER.copy().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false).readValue(TEXT, Order.class);
  }
}

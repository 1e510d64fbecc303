import java.util.concurrent.ConcurrentHashMap;

/** Names of columns made unique with String.intern. */
final class StringIntern {
  private static final ConcurrentHashMap<String, String> NAMES = new ConcurrentHashMap<>();
  private static int number;

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> name().intern(), () -> NAMES.computeIfAbsent(name(), name -> name));
  }

  private static String name() {
    return "column" + (number++ % 5000);
  }
}

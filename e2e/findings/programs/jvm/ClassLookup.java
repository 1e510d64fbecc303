import java.util.concurrent.ConcurrentHashMap;

/** A class that is not there looked for by name again and again. */
final class ClassLookup {
  private static final ConcurrentHashMap<String, Boolean> KNOWN = new ConcurrentHashMap<>();

  public static void main(String[] arguments) throws Exception {
    Program.run(
        arguments,
        () -> isThere("com.example.plugin.Metrics"),
        () -> KNOWN.computeIfAbsent("com.example.plugin.Metrics", ClassLookup::isThere));
  }

  private static boolean isThere(String name) {
    try {
      return Class.forName(name) != null;
    } catch (ClassNotFoundException none) {
      return false;
    }
  }
}

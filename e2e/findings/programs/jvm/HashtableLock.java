import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A Hashtable, each call of which takes its lock, used by all threads. */
final class HashtableLock {
  private static final Map<String, String> LOCKED = new Hashtable<>();
  private static final Map<String, String> CONCURRENT = new ConcurrentHashMap<>();

  private static final String[] KEYS = new String[1000];

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < KEYS.length; i++) {
      KEYS[i] = "key" + i;
      LOCKED.put(KEYS[i], "value" + i);
      CONCURRENT.put(KEYS[i], "value" + i);
    }
    Program.run(8, arguments, () -> read(LOCKED), () -> read(CONCURRENT));
  }

  private static Object read(Map<String, String> cache) {
    int length = 0;
    for (String key : KEYS) length += cache.get(key).length();
    return length == 0 ? null : cache;
  }
}

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A cache behind one lock, used by all threads. */
final class SynchronizedMap {
  private static final Map<String, String> LOCKED = Collections.synchronizedMap(new HashMap<>());
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

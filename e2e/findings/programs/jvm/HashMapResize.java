import java.util.HashMap;
import java.util.Map;

/** Maps that grow from 16 places to what they hold, each time anew, or one that is filled again. */
final class HashMapResize {
  private static final Integer[] IDS = new Integer[50_000];

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < IDS.length; i++) IDS[i] = i * 7;
    Map<Integer, Integer> kept = new HashMap<>(IDS.length * 2);
    Program.run(arguments, () -> filled(new HashMap<>()), () -> filled(kept));
  }

  private static Object filled(Map<Integer, Integer> map) {
    map.clear();
    for (Integer id : IDS) map.put(id, id);
    return map;
  }
}

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Duplicates found by searching the list of what was seen. */
final class ListContains {
  private static final int IDS = 5000;

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, ListContains::with, ListContains::without);
  }

  private static int with() {
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < IDS; i++) {
      String id = "id-" + i;
      if (!seen.contains(id)) seen.add(id);
    }
    return seen.size();
  }

  private static int without() {
    Set<String> seen = new HashSet<>(IDS * 2);
    for (int i = 0; i < IDS; i++) seen.add("id-" + i);
    return seen.size();
  }
}

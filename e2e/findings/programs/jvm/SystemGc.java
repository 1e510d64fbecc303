import java.util.ArrayList;
import java.util.List;

/** System.gc called after every tenth batch, to be sure. */
final class SystemGc {
  private static int batches;

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, SystemGc::with, SystemGc::batch);
  }

  private static Object with() {
    Object batch = batch();
    if (++batches % 10 == 0) System.gc();
    return batch;
  }

  private static Object batch() {
    List<String> lines = new ArrayList<>(20_000);
    for (int i = 0; i < 20_000; i++) lines.add("line " + i);
    return lines;
  }
}

import com.google.gson.Gson;
import java.util.List;

/** A Gson made for each answer. */
final class GsonNew {
  /** What is written. */
  static final class Order {
    final int id = 7;
    final String name = "order";
    final List<String> lines = List.of("one", "two");
  }

  private static final Order ORDER = new Order();
  private static final Gson KEPT = new Gson();

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> new Gson().toJson(ORDER), () -> KEPT.toJson(ORDER));
  }
}

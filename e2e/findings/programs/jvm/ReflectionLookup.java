import java.lang.reflect.Method;

/** Getters looked up by name for each value that is read. */
final class ReflectionLookup {
  /** What is read. */
  public static final class Order {
    public int getId() {
      return 7;
    }

    public String getName() {
      return "order";
    }

    public long getTotal() {
      return 1999;
    }
  }

  private static final Order ORDER = new Order();

  public static void main(String[] arguments) throws Exception {
    Method getName = Order.class.getMethod("getName");
    Program.run(arguments, () -> Order.class.getMethod("getName").invoke(ORDER), () -> getName.invoke(ORDER));
  }
}

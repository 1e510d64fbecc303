import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** A method handle looked up for each call through it. */
final class MethodHandleLookup {
  private static final MethodHandle LENGTH = handle();

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> call(handle()), () -> call(LENGTH));
  }

  private static MethodHandle handle() {
    try {
      return MethodHandles.lookup().findVirtual(String.class, "length", MethodType.methodType(int.class));
    } catch (ReflectiveOperationException never) {
      throw new IllegalStateException(never);
    }
  }

  private static Object call(MethodHandle handle) throws Exception {
    try {
      return (int) handle.invokeExact("profile");
    } catch (Throwable never) {
      throw new IllegalStateException(never);
    }
  }
}

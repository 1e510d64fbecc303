import java.net.URL;
import java.net.URLClassLoader;

/** A class loader, and its classes, made anew for each run of a plug-in. */
final class ClassLoaderPerCall {
  /** What is loaded. */
  public static final class Plugin implements Runnable {
    @Override
    public void run() {}
  }

  public static void main(String[] arguments) throws Exception {
    var kept = load().getConstructor();
    Program.run(arguments, () -> load().getConstructor().newInstance(), kept::newInstance);
  }

  private static Class<?> load() throws Exception {
    URL classes = ClassLoaderPerCall.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes}, null)) {
      return loader.loadClass("ClassLoaderPerCall$Plugin");
    }
  }
}

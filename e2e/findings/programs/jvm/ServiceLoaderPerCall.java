import java.nio.file.spi.FileSystemProvider;
import java.util.ServiceLoader;

/** Providers of a service looked for at each call. */
final class ServiceLoaderPerCall {
  private static final FileSystemProvider KEPT = provider();

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> provider().getScheme(), KEPT::getScheme);
  }

  private static FileSystemProvider provider() {
    return ServiceLoader.load(FileSystemProvider.class).iterator().next();
  }
}

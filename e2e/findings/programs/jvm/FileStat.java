import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/** A settings file looked at for changes at each request. */
final class FileStat {
  private static long lookedAt;
  private static long changed;

  public static void main(String[] arguments) throws Exception {
    Path path = Files.createTempFile("settings", ".properties");
    File file = path.toFile();
    Program.run(arguments, () -> file.exists() ? file.lastModified() : 0, () -> without(file));
    Files.delete(path);
  }

  /** Once in a second. */
  private static long without(File file) {
    long now = System.nanoTime();
    if (now - lookedAt > 1_000_000_000) {
      lookedAt = now;
      changed = file.lastModified();
    }
    return changed;
  }
}

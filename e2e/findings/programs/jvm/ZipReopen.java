import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** An archive of templates opened for each template that is read. */
final class ZipReopen {
  public static void main(String[] arguments) throws Exception {
    Path path = Files.createTempFile("templates", ".zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(path))) {
      for (int i = 0; i < 500; i++) {
        out.putNextEntry(new ZipEntry("template" + i));
        out.write(new byte[100]);
      }
    }
    try (ZipFile kept = new ZipFile(path.toFile())) {
      Path other = Files.copy(path, path.resolveSibling(path.getFileName() + "2"));
      // The JDK shares what it read of a file that is open: another file, then.
      Program.run(arguments, () -> with(other), () -> read(kept));
      Files.delete(other);
    } finally {
      Files.delete(path);
    }
  }

  private static Object with(Path path) throws Exception {
    try (ZipFile zip = new ZipFile(path.toFile())) {
      return read(zip);
    }
  }

  private static Object read(ZipFile zip) throws Exception {
    try (InputStream in = zip.getInputStream(zip.getEntry("template7"))) {
      return in.readAllBytes();
    }
  }
}

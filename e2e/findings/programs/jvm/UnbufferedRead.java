import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file read byte by byte, a call of the system for each. */
final class UnbufferedRead {
  public static void main(String[] arguments) throws Exception {
    Path path = Files.createTempFile("lines", ".txt");
    Files.write(path, new byte[64 * 1024]);
    Program.run(
        arguments,
        () -> count(new FileInputStream(path.toFile())),
        () -> count(new BufferedInputStream(new FileInputStream(path.toFile()))));
    Files.delete(path);
  }

  private static int count(InputStream file) throws Exception {
    try (file) {
      int zeros = 0;
      for (int next = file.read(); next >= 0; next = file.read()) if (next == 0) zeros++;
      return zeros;
    }
  }
}

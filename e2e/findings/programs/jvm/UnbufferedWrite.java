import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Numbers written to a file, a call of the system or more for each. */
final class UnbufferedWrite {
  public static void main(String[] arguments) throws Exception {
    Path path = Files.createTempFile("numbers", ".bin");
    Program.run(
        arguments,
        () -> write(new FileOutputStream(path.toFile())),
        () -> write(new BufferedOutputStream(new FileOutputStream(path.toFile()))));
    Files.delete(path);
  }

  private static Object write(OutputStream file) throws Exception {
    try (DataOutputStream out = new DataOutputStream(file)) {
      for (int i = 0; i < 200_000; i++) out.writeByte(i);
      return out.size();
    }
  }
}

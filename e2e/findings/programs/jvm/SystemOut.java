import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Progress printed to System.out by all threads. */
final class SystemOut {
  public static void main(String[] arguments) throws Exception {
    Path file = Files.createTempFile("out", ".txt");
    PrintStream before = System.out;
    System.setOut(new PrintStream(new FileOutputStream(file.toFile()), true));
    Program.run(4, arguments, () -> work(true), () -> work(false));
    System.setOut(before);
    Files.delete(file);
  }

  private static Object work(boolean with) {
    double sum = 0;
    for (int i = 1; i < 10_000; i++) sum += Math.sqrt(i);
    if (with) System.out.println("so far");
    return sum;
  }
}

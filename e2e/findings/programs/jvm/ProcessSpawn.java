/** A command of the system run for each request. */
final class ProcessSpawn {
  private static final String HOST = hostname();

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, ProcessSpawn::hostname, () -> price() + HOST);
  }

  private static String hostname() {
    try {
      Process process = new ProcessBuilder("uname", "-n").start();
      return new String(process.getInputStream().readAllBytes()).trim();
    } catch (java.io.IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static double price() {
    double sum = 0;
    for (int i = 1; i < 10_000; i++) sum += Math.sqrt(i);
    return sum;
  }
}

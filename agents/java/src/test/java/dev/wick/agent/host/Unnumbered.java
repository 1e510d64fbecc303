package dev.wick.agent.host;

/** A thread that works and does not tell its number, beside one like others. */
public final class Unnumbered {
  private Unnumbered() {}

  public static void main(String[] args) throws Exception {
    Thread odd = new Thread(Unnumbered::work) {
      @Override
      @SuppressWarnings("deprecation")
      public long getId() {
        throw new IllegalStateException("of the program's own making");
      }
    };
    odd.setDaemon(true);
    odd.start();
    Told.repeat(args, Host::compute);
  }

  private static void work() {
    while (true) Host.compute();
  }
}

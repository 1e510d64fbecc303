package dev.wick.agent.host;

import java.nio.file.Files;
import java.nio.file.Path;

/** What programs under the agent have in common: they greet, run until the file of their first argument is there, and end. */
public final class Told {
  private Told() {}

  public interface Body {
    void run() throws Exception;
  }

  /** Does it over and over until told to end. */
  static void repeat(String[] args, Body body) throws Exception {
    System.out.println("hello");
    Path end = Path.of(args[0]);
    while (!Files.exists(end)) body.run();
    System.out.println("bye");
    System.exit(3);
  }

  public static Thread daemon(String name, Body body) {
    Thread thread = new Thread(
        () -> {
          try {
            body.run();
          } catch (Exception ends) {
            // With the program.
          }
        },
        name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}

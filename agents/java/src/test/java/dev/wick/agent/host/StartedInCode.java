package dev.wick.agent.host;

import dev.wick.agent.Profiler;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program that starts the profiler itself; until the file of the first argument is there. */
public final class StartedInCode {
  private StartedInCode() {}

  public static void main(String[] args) throws Exception {
    System.out.println("hello");
    Profiler.builder().profilingGroupName("shop").endpoint(args[1]).build().start();
    while (!Files.exists(Path.of(args[0]))) Host.compute();
    System.out.println("bye");
    System.exit(3);
  }
}

package dev.wick.agent.host;

import dev.wick.agent.Profiler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A program that starts the profiler itself; until the file of the first argument is there. Told {@code stop}, it stops it each time at
 * once; told {@code litter}, it is a {@link Litterer}.
 */
public final class StartedInCode {
  private StartedInCode() {}

  public static void main(String[] args) throws Exception {
    System.out.println("hello");
    Profiler profiler = Profiler.builder().profilingGroupName("shop").endpoint(args[1]).build();
    String how = args.length > 2 ? args[2] : "";
    if (how.equals("litter")) Litterer.litter();
    profiler.start();
    if (how.equals("litter")) Litterer.tidy();
    if (how.equals("stop")) {
      profiler.stop();
      for (int i = 0; i < 20; i++) {
        profiler.start();
        Thread.sleep(i * 5);
        profiler.stop();
      }
      // What nobody waited for has this long to see that it is over.
      for (int tries = 0; tries < 50 && !agents().isEmpty(); tries++) Thread.sleep(100);
      agents().forEach(System.out::println);
    }
    while (!Files.exists(Path.of(args[0]))) Host.compute();
    // Programs wait for their other threads like this, or interrupt all. (The litterer has one that never ends.)
    while (!how.equals("litter") && Thread.activeCount() > 1) Thread.sleep(10);
    System.out.println("bye");
    System.exit(3);
  }

  private static List<String> agents() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(name -> name.startsWith("wick-agent"))
        .collect(Collectors.toList());
  }
}

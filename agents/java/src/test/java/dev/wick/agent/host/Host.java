package dev.wick.agent.host;

import java.lang.ref.ReferenceQueue;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A program under the agent: threads in every state, until the file of the first argument is there. */
public final class Host {
  private static volatile long sink;

  public static void main(String[] args) throws Exception {
    System.out.println("hello");
    String how = args.length > 1 ? args[1] : "";
    if (how.equals("throw")) throw new IllegalStateException("as alone");
    if (how.equals("exit")) System.exit(3);
    Thread thrower = daemon("thrower", () -> {
      throw new IllegalStateException("in a thread");
    });
    thrower.setUncaughtExceptionHandler((thread, reason) -> {});
    thrower.join();
    ServerSocket socket = new ServerSocket(0);
    daemon("acceptor", () -> socket.accept());
    for (int i = 0; i < (how.equals("many") ? 300 : 1); i++) daemon("sleeper", () -> Thread.sleep(3_600_000));
    daemon("taker", Host::take);
    ExecutorService pool = Executors.newSingleThreadExecutor(run -> {
      Thread thread = new Thread(run, "pool");
      thread.setDaemon(true);
      return thread;
    });
    pool.submit(() -> { }).get();
    Object lock = new Object();
    synchronized (lock) {
      daemon("blocked", () -> enter(lock));
      Path end = Path.of(args[0]);
      // Seldom: a busy machine's disk would be most of what is seen of this thread.
      while (!Files.exists(end)) for (int i = 0; i < 10; i++) compute();
    }
    System.out.println("bye");
    System.exit(3);
  }

  /** From a queue of references of the program's own, which is no idle thread of the JVM's. */
  private static void take() throws InterruptedException {
    new ReferenceQueue<Object>().remove();
  }

  private static void enter(Object lock) {
    synchronized (lock) {
      sink++;
    }
  }

  static void compute() {
    long sum = 0;
    for (int i = 0; i < 2_000_000; i++) sum += i * 31L ^ sum;
    sink = sum;
  }

  private interface Body {
    void run() throws Exception;
  }

  private static Thread daemon(String name, Body body) {
    Thread thread = new Thread(
        () -> {
          try {
            body.run();
          } catch (RuntimeException thrown) {
            throw thrown;
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

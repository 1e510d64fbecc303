package dev.wick.agent;

/**
 * Where the JVM starts the agent: {@code java -javaagent:wick-agent.jar=profilingGroupName:shop,region:eu-west-1}. All that is done in
 * the host's thread is to start another one: no other class of the agent is loaded there,
 * and methods without an Instrumentation need fewer of the JVM's to be called.
 */
public final class WickAgent implements Runnable {
  private final String arguments;

  private WickAgent(String arguments) {
    this.arguments = arguments;
  }

  /** Before the host's main method, in its thread: returns at once and never throws. */
  public static void premain(String arguments) {
    start(arguments);
  }

  /** Into a JVM that runs already. */
  public static void agentmain(String arguments) {
    start(arguments);
  }

  @Override
  public void run() {
    Log log = new Log();
    try {
      new Agent(Settings.arguments(arguments), log).runHere();
    } catch (IllegalArgumentException wrong) {
      log.fail("not started: " + wrong.getMessage());
    } catch (Throwable unexpected) {
      log.fail("not started: " + unexpected);
    }
  }

  /** Where the JVM has its own threads: a program may wait until no other thread of its group is left, or interrupt them all. */
  static ThreadGroup rootGroup() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null) group = group.getParent();
    return group;
  }

  private static void start(String arguments) {
    try {
      Thread thread = new Thread(rootGroup(), new WickAgent(arguments), "wick-agent", 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(null);
      thread.start();
    } catch (SecurityException forbidden) {
      System.err.println("wick-agent: not started: " + forbidden.getMessage());
    } catch (Throwable notOurHostsConcern) {
      // There is not even room for a thread: the host has other worries.
    }
  }
}

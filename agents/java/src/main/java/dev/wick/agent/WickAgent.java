package dev.wick.agent;

/**
 * Where the JVM starts the agent: {@code java -javaagent:wick-agent.jar=profilingGroupName:shop,region:eu-west-1}. All that is done in
 * the host's thread is to start another one: no other class of the agent is loaded there,
 * and methods without an Instrumentation need fewer of the JVM's to be called.
 */
public final class WickAgent implements Runnable {
  /** Whether the JVM has started one that has not ended. */
  private static boolean isTaken;
  /** Whether its thread is still on the way. */
  private static boolean isStarting;

  private final String arguments;
  /** Where the agent is named twice, the first counts, whichever thread is quicker. */
  private final boolean isFirst = take();

  WickAgent(String arguments) {
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
    Thread.currentThread().setUncaughtExceptionHandler(Agent.QUIET);
    Log log = new Log();
    try {
      if (isFirst) new Agent(Settings.arguments(arguments), log).runHere();
      else log.warn(Agent.RUNS_ALREADY);
    } catch (IllegalArgumentException wrong) {
      log.fail("not started: " + wrong.getMessage());
    } catch (Throwable unexpected) {
      log.fail("not started: " + unexpected);
    } finally {
      giveBack();
    }
  }

  /** Where the JVM has its own threads: a program may wait until no other thread of its group is left, or interrupt them all. */
  public static ThreadGroup rootGroup() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null) group = group.getParent();
    return group;
  }

  /** Whether the JVM was told to start one that does not run yet; the monitor of this class is notified of the end of that. */
  static synchronized boolean isStarting() {
    return isStarting;
  }

  /** It runs, or another does. */
  static synchronized void started() {
    isStarting = false;
    WickAgent.class.notifyAll();
  }

  private static void start(String arguments) {
    WickAgent agent = new WickAgent(arguments);
    try {
      Thread thread = new Thread(rootGroup(), agent, "wick-agent", 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(null);
      thread.start();
      return;
    } catch (SecurityException forbidden) {
      // The program has not begun: nobody has put another stream in the place of this one.
      System.err.println("wick-agent: not started: " + forbidden.getMessage());
    } catch (Throwable notOurHostsConcern) {
      // There is not even room for a thread: the host has other worries.
    }
    agent.giveBack();
  }

  private static synchronized boolean take() {
    boolean isFree = !isTaken;
    isTaken = true;
    isStarting |= isFree;
    return isFree;
  }

  private void giveBack() {
    if (!isFirst) return;
    synchronized (WickAgent.class) {
      isTaken = false;
      started();
    }
  }
}

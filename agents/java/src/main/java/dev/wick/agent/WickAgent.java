package dev.wick.agent;

import java.lang.instrument.Instrumentation;

/** Where the JVM starts the agent: {@code java -javaagent:wick-agent.jar=profilingGroupName:shop,region:eu-west-1}. */
public final class WickAgent {
  private WickAgent() {}

  /** Before the host's main method, in its thread: returns at once and never throws. */
  public static void premain(String arguments, Instrumentation instrumentation) {
    start(arguments);
  }

  /** Into a JVM that runs already. */
  public static void agentmain(String arguments, Instrumentation instrumentation) {
    start(arguments);
  }

  private static void start(String arguments) {
    try {
      Profiler.startInBackground(arguments);
    } catch (Throwable notOurHostsConcern) {
      // There is not even room for a thread: the host has other worries.
    }
  }
}

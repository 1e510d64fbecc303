package dev.wick.agent.host;

/** What an agent is at least. */
public final class EmptyAgent {
  private EmptyAgent() {}

  public static void premain(String arguments) {
    // The least that can be done.
  }
}

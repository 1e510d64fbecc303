package dev.wick.agent.aws;

/** There are none. The message says where they were looked for, or what is wrong with the source that is set up. */
public final class NoCredentials extends Exception {
  private static final long serialVersionUID = 1;

  NoCredentials(String message) {
    super(message);
  }
}

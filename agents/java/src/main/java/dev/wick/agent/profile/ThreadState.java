package dev.wick.agent.profile;

/** What a thread was doing when it was looked at: the counters of a profile, by the names they have on the wire. */
public enum ThreadState {
  RUNNABLE,
  BLOCKED,
  WAITING,
  TIMED_WAITING,
  /** A thread of a pool that waits for work. */
  IDLE;

  private static final ThreadState[] ALL = values();
  /** How many there are. */
  public static final int COUNT = ALL.length;

  /** The state of an ordinal. */
  public static ThreadState of(int ordinal) {
    return ALL[ordinal];
  }
}

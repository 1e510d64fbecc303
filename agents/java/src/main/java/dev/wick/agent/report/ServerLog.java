package dev.wick.agent.report;

import dev.wick.agent.Log;

/**
 * What is said of the server. An agent asks it and sends it profiles, and both may fail, each for itself or for one reason: each
 * change is one line, a reason that both have is said once, and so is its end.
 */
final class ServerLog {
  /** One of the two ways to use a server. */
  static final class Way {
    /** What it is in; empty for what was not tried yet. */
    private String now;
    /** What it was in when it last succeeded. */
    private String good;
    private Way other;

    private Way(String state) {
      now = state;
      good = state;
    }
  }

  final Way asking = new Way("");
  final Way sending = new Way("accepted");
  private final Log log;

  ServerLog(Log log) {
    this.log = log;
    asking.other = sending;
    sending.other = asking;
  }

  /** @param state a name of the trouble that stays the same while its details change */
  synchronized void failed(Way way, String state, String line) {
    if (way.now.equals(state)) return;
    // What there is no room for is said the next time, as below.
    if (way.other.now.equals(state) || log.warn(line)) way.now = state;
  }

  synchronized void succeeded(Way way, String state, String line) {
    String before = way.now;
    way.good = state;
    if (before.equals(state)) return;
    // What there was no room for is said the next time: the last line must not be a trouble that is over.
    if (!log.say(line)) return;
    way.now = state;
    // What failed for the same reason is taken to be well again: if it is not, that is news.
    if (way.other.now.equals(before)) way.other.now = way.other.good;
  }
}

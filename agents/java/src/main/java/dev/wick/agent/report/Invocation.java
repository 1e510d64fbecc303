package dev.wick.agent.report;

/** One call of a function of AWS Lambda, as its runtime tells it. */
public final class Invocation {
  /** With the alias or version that was called, where one was. */
  final String functionArn;
  final String requestId;
  /** Of the call's time, when it began. */
  final int remainingMillis;

  public Invocation(String functionArn, String requestId, int remainingMillis) {
    this.functionArn = functionArn;
    this.requestId = requestId;
    this.remainingMillis = remainingMillis;
  }
}

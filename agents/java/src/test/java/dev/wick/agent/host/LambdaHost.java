package dev.wick.agent.host;

import dev.wick.agent.LambdaProfiler;
import dev.wick.agent.Profiler;
import java.io.BufferedReader;
import java.io.InputStreamReader;

/** A function: each line of its input, {@code HOW MILLIS REMAINING}, is a call; each line of its output tells how one ended. */
public final class LambdaHost {
  static final String ARN = "arn:aws:lambda:eu-west-1:123456789012:function:cart:live";

  private static final LambdaProfiler PROFILER = Profiler.lambda();

  public static void main(String[] args) throws Exception {
    BufferedReader calls = new BufferedReader(new InputStreamReader(System.in));
    int number = 0;
    for (String line = calls.readLine(); line != null; line = calls.readLine()) {
      String[] call = line.split(" ");
      long began = System.nanoTime();
      int millis = Integer.parseInt(call[1]);
      int time = Integer.parseInt(call[2]) + millis;
      String outcome;
      try {
        outcome = PROFILER.call(
            ARN, "request-" + ++number, () -> time - (int) ((System.nanoTime() - began) / 1_000_000), () -> handle(call[0], millis));
      } catch (IllegalStateException thrown) {
        outcome = thrown.getMessage();
      }
      System.out.println(outcome + ' ' + ((System.nanoTime() - began) / 1_000_000 - millis));
    }
  }

  private static String handle(String how, int millis) {
    long end = System.nanoTime() + millis * 1_000_000L;
    while (System.nanoTime() < end) Host.compute();
    if (how.equals("throw")) throw new IllegalStateException("thrown");
    return "returned";
  }
}

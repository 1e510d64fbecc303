package dev.wick.agent;

import dev.wick.agent.report.Invocation;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Profiles a function of AWS Lambda during its calls only: between two it is frozen, or soon will be. What is due is sent before the
 * end of a call is told, within half of the time it has left and two seconds at most.
 *
 * <pre>{@code
 * private static final LambdaProfiler PROFILER = Profiler.lambda();
 *
 * public String handleRequest(Event event, Context context) {
 *   return PROFILER.call(
 *       context.getInvokedFunctionArn(), context.getAwsRequestId(), context::getRemainingTimeInMillis, () -> answer(event));
 * }
 * }</pre>
 *
 * The handler's results and exceptions are its own, whatever the profiler does.
 */
public final class LambdaProfiler {
  /** The time of a call that the agent takes at its end, at most. */
  private static final int LONGEST_MILLIS = 2000;

  /** What a handler does. */
  public interface Call<T, E extends Exception> {
    T run() throws E;
  }

  private final AtomicInteger calls = new AtomicInteger();
  /** Null before the first call. One that is switched off stays so. */
  private Agent agent;

  LambdaProfiler() {}

  /**
   * Runs one call of the function.
   *
   * @param functionArn of the function that was called, with its alias or version
   * @param requestId of the call
   * @param remainingMillis tells how much time the call has left
   * @param call what to do
   * @throws E what the call throws
   */
  public <T, E extends Exception> T call(
      String functionArn, String requestId, IntSupplier remainingMillis, Call<T, E> call) throws E {
    Agent running = begin(functionArn, requestId, remainingMillis);
    try {
      return call.run();
    } finally {
      end(running, remainingMillis);
    }
  }

  private Agent begin(String functionArn, String requestId, IntSupplier remainingMillis) {
    calls.incrementAndGet();
    try {
      Agent running = ofProcess();
      running.invoked(new Invocation(functionArn, requestId, remainingMillis.getAsInt()));
      return running;
    } catch (Throwable notTheCallsConcern) {
      return null;
    }
  }

  private synchronized Agent ofProcess() {
    if (agent == null) agent = Agent.ofProcess(Map.of(), new Log());
    return agent;
  }

  private void end(Agent running, IntSupplier remainingMillis) {
    // Where several calls go on at once, after the last.
    boolean isLast = calls.decrementAndGet() == 0;
    if (running == null || !isLast) return;
    try {
      running.suspend(Math.max(0, Math.min(LONGEST_MILLIS, remainingMillis.getAsInt() / 2)));
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    } catch (Throwable notTheCallsConcern) {
      // The next call tries again.
    }
  }
}

package dev.wick.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of virtual threads the carriers are seen, which wait to Java whatever they carry. */
class VirtualThreadsTest extends GuestAndServer {
  @ParameterizedTest
  @MethodSource("javas")
  void aCarrierRunsWhileItsVirtualThreadComputesAndNotForOneThatSleeps(String java) throws Exception {
    if (feature(java) < 21) abort("this JDK has no virtual threads");
    // On a busy machine a thread has no processor for a while, and waits then.
    server.intervalMillis = 150;
    Guest host = new Guest.Builder(directory, server.url()).java(java).program(VirtualThreads.class).start();
    host.waitFor(() -> counts("VirtualThreads.main ") > 60);
    host.end();
    // As long as the main thread, which computes all the while.
    double share = (double) counts("VirtualThread.runContinuation ") / counts("VirtualThreads.main ");
    assertEquals(1, share, 0.4, share + " of " + server.samples().toString());
  }

  /** Of those that run. */
  private long counts(String frame) {
    return server.samples().entrySet().stream().filter(entry -> entry.getKey().contains(frame) && entry.getKey().endsWith(" RUNNABLE"))
        .mapToLong(entry -> entry.getValue()).sum();
  }
}

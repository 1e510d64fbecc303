package dev.wick.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The JVM ends a program where Flight Recorder cannot write: the agent lets go of it before. */
class FullDiskTest extends GuestAndServer {
  private static final String WHY = ": less than 64 MB are free in java.io.tmpdir, and the JVM ends where it cannot write there";

  @BeforeEach
  void needsMounts() throws Exception {
    if (new ProcessBuilder("unshare", "-m", "true").start().waitFor() != 0) abort("no mounts of one's own here");
  }

  private Guest.Builder guest(String java) {
    return new Guest.Builder(directory, server.url()).java(java).arguments(",cpuStream:true,heapSummaryEnabled:true");
  }

  /** What is said of Flight Recorder. */
  private static List<String> said(Guest host) {
    List<String> lines = host.lines();
    lines.removeIf(line -> !line.contains("Flight Recorder"));
    return lines;
  }

  @ParameterizedTest
  @MethodSource("javas")
  void aProgramThatFillsItsTemporaryDirectoryGoesOn(String java) throws Exception {
    Guest host = guest(java).program(Filler.class).withRoomFor(160).start();
    host.waitFor(() -> host.said().contains("full"));
    Thread.sleep(3000);
    host.end();
    assertEquals(
        List.of("wick-agent: Flight Recorder is used no longer, there are no heap summaries and no CPU samples" + WHY), said(host), host.said());
  }

  @ParameterizedTest
  @MethodSource("javas")
  void whereThereIsLittleRoomFromTheStartFlightRecorderIsNotUsed(String java) throws Exception {
    Guest host = guest(java).withRoomFor(32).start();
    host.waitFor(() -> server.profiles().size() >= 2);
    host.end();
    assertEquals(1, said(host).size(), host.said());
    assertTrue(said(host).get(0).startsWith("wick-agent: Flight Recorder cannot be used") && said(host).get(0).endsWith(WHY), host.said());
  }
}

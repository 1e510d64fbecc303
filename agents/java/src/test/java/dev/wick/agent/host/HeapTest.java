package dev.wick.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the heap of a program holds is told, if it can be had cheaply. */
class HeapTest extends GuestAndServer {
  static List<Arguments> collectors() {
    List<Arguments> collectors = new ArrayList<>();
    for (String java : javas()) {
      for (String collector : List.of("G1", "Serial", "Parallel")) collectors.add(Arguments.of(java, collector));
    }
    return collectors;
  }

  private Guest.Builder hoarder(String java) {
    return new Guest.Builder(directory, server.url()).java(java).program(Hoarder.class).arguments(",heapSummaryEnabled:true")
        .flag("-Xmx256m").flag("-XX:+UseG1GC");
  }

  private List<Map<?, ?>> summaries() {
    return server.profiles().stream().map(profile -> (Map<?, ?>) profile.get("heapSummary")).filter(one -> one != null)
        .collect(Collectors.toList());
  }

  @ParameterizedTest
  @MethodSource("collectors")
  void afterACollectionTheHeaviestTypesAreTold(String java, String collector) throws Exception {
    Guest host = hoarder(java).flag("-XX:-UseG1GC").flag("-XX:+Use" + collector + "GC").how("collect").start();
    host.waitFor(() -> !summaries().isEmpty());
    host.end();
    Map<?, ?> summary = summaries().get(0);
    List<?> types = (List<?>) summary.get("types");
    Map<?, ?> kept = (Map<?, ?>) types.stream().filter(type -> Hoarder.Kept.class.getName().equals(((Map<?, ?>) type).get("name")))
        .findFirst().orElseThrow();
    assertEquals(1_500_000, Recorder.number(kept.get("count")));
    long bytes = Recorder.number(kept.get("bytes"));
    assertTrue(bytes >= 1_500_000 * 16 && bytes <= 1_500_000 * 24, bytes + "");
    assertTrue(types.stream().anyMatch(type -> "java.lang.Object[]".equals(((Map<?, ?>) type).get("name"))), types + "");
    assertTrue(Recorder.number(summary.get("usedBytes")) >= bytes && Recorder.number(summary.get("usedBytes")) < 256 << 20, summary + "");
    assertEquals(256 << 20, Recorder.number(summary.get("capacityBytes")), 16 << 20);
  }

  @Test
  void noCollectionIsAskedForSoThereMayBeNone() throws Exception {
    Guest host = hoarder(Guest.ownJava()).flag("-Xlog:gc:file=" + directory.resolve("gc")).start();
    host.waitFor(() -> server.profiles().size() >= 6);
    host.end();
    assertEquals(List.of(), summaries());
    String collections = Files.readString(directory.resolve("gc"));
    assertFalse(collections.contains("Pause Full"), collections);
  }

  @ParameterizedTest
  @MethodSource("javas")
  void aHeapThatWouldTakeLongToCountIsNotCounted(String java) throws Exception {
    Guest host = hoarder(java).how("collect").environment("WICK_HEAP_MAX_PAUSE_MILLISECONDS", "5").start();
    host.waitFor(() -> host.said().contains("no heap summaries while the heap is so large"));
    assertNoneFollows(host);
  }

  @ParameterizedTest
  @MethodSource("javas")
  void garbageThatNoCollectionHasMetYetDoesNotMakeAHeapLarge(String java) throws Exception {
    Guest host = new Guest.Builder(directory, server.url()).java(java).startedInCode().how("litter")
        .environment("AWS_CODEGURU_PROFILER_HEAP_SUMMARY_ENABLED", "true").environment("WICK_HEAP_MAX_PAUSE_MILLISECONDS", "10")
        // None before the program asks for one.
        .flag("-XX:+UseSerialGC").flag("-Xms512m").flag("-Xmx512m").flag("-Xmn400m").start();
    host.waitFor(() -> !summaries().isEmpty());
    host.end();
    assertFalse(host.said().contains("while the heap is so large"), host.said());
  }

  @ParameterizedTest
  @MethodSource("javas")
  void countingThatTakesMoreThanAPercentOfTheTimeEnds(String java) throws Exception {
    // Some 20 ms more in each second.
    Guest host = hoarder(java).how("collect").environment("WICK_HEAP_MAX_PAUSE_MILLISECONDS", "1000").start();
    host.waitFor(() -> host.said().contains("no more heap summaries"));
    assertNoneFollows(host);
    assertTrue(summaries().size() >= 1);
  }

  /** One may be on its way; three profiles at least come after it. */
  private void assertNoneFollows(Guest host) throws Exception {
    int before = server.profiles().size();
    host.waitFor(() -> server.profiles().size() >= before + 4);
    host.end();
    assertEquals(
        0, server.profiles().stream().skip(before + 1).filter(profile -> profile.get("heapSummary") != null).count(), host.said());
    assertEquals(1, host.said().lines().filter(line -> line.contains("heap summaries")).count(), host.said());
  }
}

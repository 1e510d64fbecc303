package dev.wick.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With Flight Recorder's CPU samples, functions without a safepoint have their share. */
class CpuStreamTest extends GuestAndServer {
  /** Samples, and looks of the wall sampler: chance alone moves a share of a third by 3 points then. */
  private static final int ENOUGH = 200;
  /** Beside chance: a part of the time stays as the wall sampler saw it. */
  private static final double TOLERANCE = 0.1;

  @BeforeEach
  void reportOften() {
    server.intervalMillis = 20;
    server.periodSeconds = 2;
  }

  private Guest.Builder guest(String java) {
    // This collector leaves no safepoints in loops. The flag has the compiler keep what tells which method machine code is of.
    return new Guest.Builder(directory, server.url()).java(java).program(Computers.class).how("loops")
        .flag("-XX:+UseSerialGC").flag("-XX:+UnlockDiagnosticVMOptions").flag("-XX:+DebugNonSafepoints");
  }

  @ParameterizedTest
  @MethodSource("javas")
  void loopsThatTheWallSamplerMissesHaveTheirShare(String java) throws Exception {
    Guest host = guest(java).arguments(",cpuStream:true").start();
    host.waitFor(() -> chances(settled()) >= ENOUGH);
    host.end();
    Map<String, Double> truth = Shares.inTruth(directory);
    Map<String, Double> told = Shares.told(settled());
    double n = chances(settled());
    boolean knowsStubs = feature(java) >= 25;
    for (String function : truth.keySet()) {
      double share = truth.get(function);
      double chance = Math.sqrt(share * (1 - share) / n);
      // What is lost of one counts for the others.
      double tolerance = TOLERANCE + 4 * chance + (knowsStubs ? 0 : truth.get("longChecksum"));
      assertEquals(share, told.getOrDefault(function, 0.0), tolerance, function + " of " + told + " in truth " + truth);
    }
    assertTrue(told.getOrDefault("counted", 0.0) > leastWithThem(truth), told + " in truth " + truth);
  }

  @ParameterizedTest
  @MethodSource("javas")
  void withoutThemSuchLoopsCountForTheirCallers(String java) throws Exception {
    Guest host = guest(java).start();
    host.waitFor(() -> Shares.looks(server.profiles()) > ENOUGH);
    host.end();
    Map<String, Double> told = Shares.told(server.profiles());
    assertTrue(told.getOrDefault("counted", 0.0) < leastWithThem(Shares.inTruth(directory)), told + "");
    assertEquals(0, cpuSamples(server.profiles()));
  }

  /** Names are those of the wall sampler, lambdas' too: one path leads to each function. */
  @ParameterizedTest
  @MethodSource("javas")
  void pathsAreThoseOfTheWallSampler(String java) throws Exception {
    Guest host = new Guest.Builder(directory, server.url()).java(java).program(Computers.class).how("loops").arguments(",cpuStream:true").start();
    host.waitFor(() -> cpuSamples(server.profiles()) >= 30);
    host.end();
    Set<String> paths = server.samples().keySet().stream().filter(path -> path.contains("Computers.took "))
        .map(path -> path.substring(0, path.indexOf("Computers.took "))).collect(Collectors.toSet());
    assertEquals(1, paths.size(), paths + "");
  }

  /** Without CPU samples the share of the counted loop is less. */
  private static double leastWithThem(Map<String, Double> truth) {
    return truth.get("counted") / 4;
  }

  /** Those profiles in which Flight Recorder sampled all the time. */
  private List<Map<String, Object>> settled() {
    List<Map<String, Object>> with = server.profiles().stream().filter(profile -> cpuSamples(profile) > 0).collect(Collectors.toList());
    return with.size() > 2 ? with.subList(1, with.size() - 1) : List.of();
  }

  /** How often each function could be seen, by the sampler that saw less. */
  private static long chances(List<Map<String, Object>> profiles) {
    return Math.min(cpuSamples(profiles), Shares.looks(profiles));
  }

  private static long cpuSamples(List<Map<String, Object>> profiles) {
    return profiles.stream().mapToLong(CpuStreamTest::cpuSamples).sum();
  }

  private static long cpuSamples(Map<String, Object> profile) {
    Map<?, ?> sampling = (Map<?, ?>) ((Map<?, ?>) profile.get("agentMetadata")).get("sampler");
    return Recorder.number(sampling.get("cpuSamples"));
  }
}

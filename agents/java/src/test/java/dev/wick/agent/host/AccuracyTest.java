package dev.wick.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shares of nine functions that are called at random are near the truth, which is the thread's CPU clock around each call. */
class AccuracyTest extends GuestAndServer {
  private static final int ENOUGH = 1000;
  /** Percentage points of mean error beside chance. On a busy machine a thread stands still in whatever it was doing. */
  private static final double BESIDE_CHANCE = 1.5;

  @ParameterizedTest
  @MethodSource("javas")
  void sharesOfFunctionsAreNearTheTruth(String java) throws Exception {
    server.intervalMillis = 10;
    Guest host = new Guest.Builder(directory, server.url()).java(java).program(Computers.class).how("mix").flag("-XX:+UseG1GC").start();
    host.waitFor(() -> Shares.looks(server.profiles()) >= ENOUGH);
    host.end();
    Map<String, Double> truth = Shares.inTruth(directory);
    // What is in none of them is not in the truth either: asking the clock, drawing lots.
    Map<String, Double> told = Shares.toldOfFunctions(server.profiles());
    assertEquals(9, truth.size());
    double error = 0;
    double chance = 0;
    for (Map.Entry<String, Double> one : truth.entrySet()) {
      double share = one.getValue();
      error += Math.abs(told.getOrDefault(one.getKey(), 0.0) - share) * 100 / truth.size();
      chance += Math.sqrt(2 / Math.PI * share * (1 - share) / Shares.looks(server.profiles())) * 100 / truth.size();
    }
    assertTrue(error <= BESIDE_CHANCE + 3 * chance, error + " points on average, " + chance + " by chance: " + told + " in truth " + truth);
  }
}

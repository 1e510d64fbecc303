package dev.wick.agent.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Function → its share of what the worker of {@link Computers} computed. */
final class Shares {
  private Shares() {}

  /** By the thread's CPU clock. */
  static Map<String, Double> inTruth(Path directory) throws IOException {
    return of(Files.readAllLines(directory.resolve("end.truth")).stream()
        .collect(Collectors.toMap(line -> line.split(" ")[0], line -> Long.parseLong(line.split(" ")[1]))));
  }

  /** By profiles; what is in none of the functions is under the empty name. */
  static Map<String, Double> told(List<Map<String, Object>> profiles) {
    return of(counts(profiles));
  }

  /** The same, among the functions alone. */
  static Map<String, Double> toldOfFunctions(List<Map<String, Object>> profiles) {
    Map<String, Long> counts = counts(profiles);
    counts.remove("");
    return of(counts);
  }

  /** One look is one chance to see the worker, however long it stands for. */
  static long looks(List<Map<String, Object>> profiles) {
    return profiles.stream()
        .mapToLong(profile -> Recorder.number(((Map<?, ?>) profile.get("agentMetadata")).get("numTimesSampled"))).sum();
  }

  private static Map<String, Long> counts(List<Map<String, Object>> profiles) {
    Map<String, Long> counts = new TreeMap<>();
    for (Map<String, Object> profile : profiles) {
      Recorder.samples(profile).forEach((path, count) -> {
        int at = path.indexOf(".Computers.took");
        if (at >= 0 && path.endsWith(" RUNNABLE")) counts.merge(function(path.substring(at)), count, Long::sum);
      });
    }
    return counts;
  }

  private static String function(String path) {
    for (String frame : path.split(" ")) {
      String method = frame.substring(frame.lastIndexOf('.') + 1);
      boolean isOne = Functions.MIX.containsKey(method) || Functions.LOOPS.containsKey(method);
      if (isOne && frame.startsWith(Functions.class.getName() + '.')) return method;
    }
    return "";
  }

  private static Map<String, Double> of(Map<String, Long> counts) {
    double sum = counts.values().stream().mapToLong(Long::longValue).sum();
    Map<String, Double> shares = new TreeMap<>();
    counts.forEach((name, count) -> shares.put(name, count / sum));
    return shares;
  }
}

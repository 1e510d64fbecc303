package dev.wick.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** How much CPU a container, or a service of systemd, has: what its control group and those above it leave. */
final class CpuQuota {
  private static final double NONE = Double.POSITIVE_INFINITY;

  private CpuQuota() {}

  /** CPUs to use at most, a fraction in small containers. */
  static double cpus() {
    return cpus(Path.of("/sys/fs/cgroup"), read(Path.of("/proc/self/cgroup")), Runtime.getRuntime().availableProcessors());
  }

  /** @param groups of the process, as in {@code /proc/self/cgroup}: {@code NUMBER:CONTROLLERS:PATH}, in version 2 without controllers */
  static double cpus(Path mount, String groups, int processors) {
    double ofVersion2 = least(mount, path(groups, ""), group -> quota(read(group.resolve("cpu.max"))));
    double ofVersion1 = least(mount.resolve("cpu"), path(groups, "cpu"),
        group -> quota(read(group.resolve("cpu.cfs_quota_us")) + ' ' + read(group.resolve("cpu.cfs_period_us"))));
    return Math.min(processors, Math.min(ofVersion1, ofVersion2));
  }

  /** Of the group and all above it. Containers often see their own in the place of the root, and not what the path says: it counts, too. */
  private static double least(Path root, String path, ToDoubleFunction<Path> quota) {
    double least = quota.applyAsDouble(root);
    for (Path group = root.resolve(path).normalize(); group.startsWith(root) && !group.equals(root); group = group.getParent()) {
      least = Math.min(least, quota.applyAsDouble(group));
    }
    return least;
  }

  /** Below the mount; empty for its root, or where there is none. */
  private static String path(String groups, String controller) {
    for (String line : groups.split("\n")) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && Arrays.asList(parts[1].split(",")).contains(controller)) return parts[2].replaceFirst("^/+", "");
    }
    return "";
  }

  /** {@code QUOTA PERIOD}. */
  private static double quota(String text) {
    String[] parts = text.trim().split("\\s+");
    try {
      double cpus = parts.length == 2 ? Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]) : NONE;
      return cpus > 0 ? cpus : NONE;
    } catch (NumberFormatException unlimited) {
      return NONE;
    }
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).trim();
    } catch (IOException | RuntimeException notThere) {
      return "";
    }
  }
}

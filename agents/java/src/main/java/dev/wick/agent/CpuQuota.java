package dev.wick.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much CPU a container has. */
final class CpuQuota {
  private CpuQuota() {}

  /** CPUs to use at most, a fraction in small containers (cgroup v2, then v1). */
  static double cpus() {
    return cpus(Path.of("/sys/fs/cgroup"), Runtime.getRuntime().availableProcessors());
  }

  static double cpus(Path cgroup, int processors) {
    double quota = quota(read(cgroup.resolve("cpu.max")));
    if (quota == 0) quota = quota(read(cgroup.resolve("cpu/cpu.cfs_quota_us")) + ' ' + read(cgroup.resolve("cpu/cpu.cfs_period_us")));
    return quota > 0 ? Math.min(quota, processors) : processors;
  }

  /** {@code QUOTA PERIOD}; 0 where there is no limit. */
  private static double quota(String text) {
    String[] parts = text.trim().split("\\s+");
    try {
      return parts.length == 2 ? Math.max(0, Double.parseDouble(parts[0]) / Double.parseDouble(parts[1])) : 0;
    } catch (NumberFormatException unlimited) {
      return 0;
    }
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.US_ASCII).trim();
    } catch (IOException | RuntimeException notThere) {
      return "";
    }
  }
}

package dev.wick.agent.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A control group with a tenth of a core, as a small container has it; its processes see it in the place of the machine's. */
final class CpuGroup implements AutoCloseable {
  private static final Path ALL = Path.of("/sys/fs/cgroup");

  private final Path root;
  private final Path own;

  /** @throws IOException where this machine, or this user, cannot have one */
  CpuGroup() throws IOException, InterruptedException {
    if (new ProcessBuilder("unshare", "-m", "true").start().waitFor() != 0) throw new IOException("no mounts of one's own");
    boolean isVersion2 = Files.exists(ALL.resolve("cgroup.controllers"));
    root = isVersion2 ? ALL : ALL.resolve("cpu");
    own = Files.createDirectory(root.resolve("wick-test-" + ProcessHandle.current().pid()));
    try {
      if (isVersion2) {
        Files.writeString(own.resolve("cpu.max"), "10000 100000");
      } else {
        Files.writeString(own.resolve("cpu.cfs_period_us"), "100000");
        Files.writeString(own.resolve("cpu.cfs_quota_us"), "10000");
      }
    } catch (IOException noQuota) {
      close();
      throw noQuota;
    }
  }

  /** What a command stands behind to run in it. */
  List<String> around() {
    String script = "echo $$ > \"$0/cgroup.procs\" && mount --bind \"$0\" \"$1\" && shift && exec \"$@\"";
    return List.of("unshare", "-m", "sh", "-c", script, own.toString(), root.toString());
  }

  /** How often its processes had to wait because the tenth was used up. */
  long timesThrottled() throws IOException {
    return Files.readString(own.resolve("cpu.stat")).lines().filter(line -> line.startsWith("nr_throttled "))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1))).sum();
  }

  /** Ends what a test that failed has left in it, too. */
  @Override
  public void close() throws IOException {
    for (String id : Files.readAllLines(own.resolve("cgroup.procs"))) {
      ProcessHandle.of(Long.parseLong(id)).filter(ProcessHandle::destroyForcibly).ifPresent(killed -> killed.onExit().join());
    }
    // The kernel's files in it go with it.
    Files.delete(own);
  }
}

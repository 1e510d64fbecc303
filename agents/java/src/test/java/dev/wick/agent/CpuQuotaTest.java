package dev.wick.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wick.agent.report.AgentOrders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of control groups, as containers see them, on a machine of four processors. */
class CpuQuotaTest {
  @TempDir Path cgroup;

  private void write(String file, String text) throws IOException {
    Files.createDirectories(cgroup.resolve(file).getParent());
    Files.writeString(cgroup.resolve(file), text);
  }

  @ParameterizedTest
  @CsvSource({"10000 100000, 0.1", "250000 100000, 2.5", "max 100000, 4", "800000 100000, 4", "'', 4", "nonsense, 4", "10000 0, 4"})
  void ofVersion2(String max, double cpus) throws IOException {
    write("cpu.max", max + '\n');
    assertEquals(cpus, CpuQuota.cpus(cgroup, "", 4));
  }

  @ParameterizedTest
  @CsvSource({"10000, 100000, 0.1", "-1, 100000, 4"})
  void ofVersion1(String quota, String period, double cpus) throws IOException {
    write("cpu/cpu.cfs_quota_us", quota + '\n');
    write("cpu/cpu.cfs_period_us", period + '\n');
    assertEquals(cpus, CpuQuota.cpus(cgroup, "", 4));
  }

  @Test
  void whereThereIsNoneAllProcessorsCount() {
    assertEquals(4, CpuQuota.cpus(cgroup, "", 4));
  }

  /** As systemd and kubelets have it: a service or pod has its own quota, its slice another. */
  @ParameterizedTest
  @CsvSource({"50000, 200000, 0.5", "50000, 20000, 0.2", "max, 300000, 3", "max, max, 4"})
  void theLeastOfTheOwnGroupAndThoseAboveItCounts(String own, String above, double cpus) throws IOException {
    write("shop.slice/shop.service/cpu.max", own + " 100000\n");
    write("shop.slice/cpu.max", above + " 100000\n");
    assertEquals(cpus, CpuQuota.cpus(cgroup, "1:name=systemd:/x\n0::/shop.slice/shop.service", 4));
    assertEquals(4, CpuQuota.cpus(cgroup, "0::/other.slice", 4));
  }

  @Test
  void ofVersion1TheGroupIsThatOfTheCpu() throws IOException {
    write("cpu/docker/a/cpu.cfs_quota_us", "50000");
    write("cpu/docker/a/cpu.cfs_period_us", "100000");
    assertEquals(0.5, CpuQuota.cpus(cgroup, "4:cpuset:/\n3:cpu,cpuacct:/docker/a\n2:memory:/b", 4));
  }

  /** Containers often see their own group in the place of the root. */
  @ParameterizedTest
  @ValueSource(strings = {"0::/", "0::/docker/not-seen-here", "0::/../../elsewhere", "nonsense"})
  void theRootCountsWhateverThePathSays(String groups) throws IOException {
    write("cpu.max", "10000 100000");
    assertEquals(0.1, CpuQuota.cpus(cgroup, groups, 4));
  }

  @ParameterizedTest
  @CsvSource({"0.1, 300", "0.49, 300", "0.5, 150", "4, 150"})
  void belowHalfACpuTheAgentLooksHalfAsOften(double cpus, long millis) {
    assertEquals(millis, SamplingLoop.innerMillis(AgentOrders.DEFAULT, cpus));
  }
}

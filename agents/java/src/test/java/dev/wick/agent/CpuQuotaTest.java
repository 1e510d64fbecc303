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
    assertEquals(cpus, CpuQuota.cpus(cgroup, 4));
  }

  @ParameterizedTest
  @CsvSource({"10000, 100000, 0.1", "-1, 100000, 4"})
  void ofVersion1(String quota, String period, double cpus) throws IOException {
    write("cpu/cpu.cfs_quota_us", quota + '\n');
    write("cpu/cpu.cfs_period_us", period + '\n');
    assertEquals(cpus, CpuQuota.cpus(cgroup, 4));
  }

  @Test
  void whereThereIsNoneAllProcessorsCount() {
    assertEquals(4, CpuQuota.cpus(cgroup, 4));
  }

  @ParameterizedTest
  @CsvSource({"0.1, 300", "0.49, 300", "0.5, 150", "4, 150"})
  void belowHalfACpuTheAgentLooksHalfAsOften(double cpus, long millis) {
    assertEquals(millis, SamplingLoop.innerMillis(AgentOrders.DEFAULT, cpus));
  }
}

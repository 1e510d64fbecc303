package dev.wick.agent.report;

import java.util.Map;

/** What the server wants of its agents: the answer of ConfigureAgent over what was known before. */
public final class AgentOrders {
  /** Before the server has answered. */
  public static final AgentOrders DEFAULT = new AgentOrders(true, 300, 1000, 60_000, 1000, 10);

  public final boolean shouldProfile;
  public final int periodSeconds;
  /** What one count stands for. */
  public final int samplingIntervalMillis;
  public final int minimumReportingMillis;
  public final int maxStackDepth;
  /** Named after memory on the wire; AWS's Python agent reads it so. */
  public final int cpuLimitPercent;

  private AgentOrders(boolean shouldProfile, int period, int interval, int minimum, int depth, int cpuLimit) {
    this.shouldProfile = shouldProfile;
    periodSeconds = period;
    samplingIntervalMillis = interval;
    minimumReportingMillis = minimum;
    maxStackDepth = depth;
    cpuLimitPercent = cpuLimit;
  }

  /** Whether this is an answer to ConfigureAgent at all, and not a page of somebody else's. */
  static boolean isConfiguration(Map<String, Object> answer) {
    return answer.get("shouldProfile") instanceof Boolean || answer.get("periodInSeconds") instanceof Double
        || answer.get("agentParameters") instanceof Map;
  }

  /** What is missing, or makes no sense, stays as it is. */
  AgentOrders over(Map<String, Object> answer) {
    Object should = answer.get("shouldProfile");
    Object more = answer.get("agentParameters");
    Map<?, ?> parameters = more instanceof Map ? (Map<?, ?>) more : Map.of();
    return new AgentOrders(
        should instanceof Boolean ? (Boolean) should : shouldProfile,
        number(answer.get("periodInSeconds"), periodSeconds, 1, 86_400),
        number(parameters.get("SamplingIntervalInMilliseconds"), samplingIntervalMillis, 10, 3_600_000),
        number(parameters.get("MinimumTimeForReportingInMilliseconds"), minimumReportingMillis, 0, 86_400_000),
        number(parameters.get("MaxStackDepth"), maxStackDepth, 1, 1000),
        number(parameters.get("MemoryUsageLimitPercent"), cpuLimitPercent, 1, 100));
  }

  /** The time between reports. */
  public long reportMillis() {
    return Math.max(periodSeconds * 1000L, minimumReportingMillis);
  }

  private static int number(Object value, int otherwise, int least, int most) {
    try {
      double number = value instanceof Double ? (Double) value : Double.parseDouble(String.valueOf(value));
      return number >= least && number <= most ? (int) number : otherwise;
    } catch (NumberFormatException noNumber) {
      return otherwise;
    }
  }
}

package dev.wick.agent;

import dev.wick.agent.aws.SharedFiles;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** What the agent was told, by arguments, environment and shared files; arguments win. */
public final class Settings {
  private static final int MAX_LABELS = 16;
  private static final double INITIAL_DELAY_SECONDS = 30;

  public final String profilingGroupName;
  public final String region;
  /** Without a slash at its end. */
  public final String endpoint;
  public final boolean heapSummaryEnabled;
  /** What counting the heap's objects may add to a pause. */
  public final double heapMaxPauseMillis;
  /** Whether Flight Recorder's CPU samples are used. */
  public final boolean cpuStream;
  /** Null where there is none, as the next two. */
  public final String caBundle;
  public final String clientCertificate;
  public final String clientKey;
  public final Map<String, String> labels;
  /** Where somebody puts a file to stop all agents of a host. */
  public final String killSwitchFile;
  /** The server is first asked after a random part of it. */
  public final double initialDelaySeconds;
  /** Whether the environment lets the agent run at all. */
  public final boolean enabled;
  /** Whether this is a function of AWS Lambda. */
  public final boolean lambda;
  public final Function<String, String> environment;

  /** @throws IllegalArgumentException naming what is missing or wrong */
  public Settings(Map<String, String> arguments, Function<String, String> environment, SharedFiles files) {
    this.environment = environment;
    String[] arn = or(environment.apply("AWS_CODEGURU_PROFILER_GROUP_ARN"), "").split(":");
    boolean hasArn = arn.length == 6 && arn[5].startsWith("profilingGroup/");
    lambda = environment.apply("LAMBDA_TASK_ROOT") != null && environment.apply("LAMBDA_RUNTIME_DIR") != null;
    String function = environment.apply("AWS_LAMBDA_FUNCTION_NAME");
    enabled = or(environment.apply("AWS_CODEGURU_PROFILER_ENABLED"), "true").equalsIgnoreCase("true");
    String name = first(
        arguments.get("profilingGroupName"),
        hasArn ? arn[5].substring("profilingGroup/".length()) : null,
        environment.apply("AWS_CODEGURU_PROFILER_GROUP_NAME"),
        lambda && function != null ? "aws-lambda-" + function : null);
    if (name == null && enabled) {
      throw new IllegalArgumentException(
          "no profiling group: set AWS_CODEGURU_PROFILER_GROUP_NAME or -javaagent:wick-agent.jar=profilingGroupName:NAME");
    }
    profilingGroupName = or(name, "");
    region = or(
        first(
            arguments.get("region"),
            hasArn ? arn[3] : null,
            environment.apply("AWS_CODEGURU_PROFILER_TARGET_REGION"),
            environment.apply("AWS_REGION"),
            environment.apply("AWS_DEFAULT_REGION"),
            files.setting("region")),
        "us-east-1");
    boolean ignored = "true".equalsIgnoreCase(environment.apply("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"));
    String url = or(
        first(
            arguments.get("endpoint"),
            ignored ? null : environment.apply("AWS_ENDPOINT_URL_CODEGURUPROFILER"),
            ignored ? null : environment.apply("AWS_ENDPOINT_URL"),
            ignored ? null : files.setting("endpoint_url")),
        "https://codeguru-profiler." + region + ".amazonaws.com");
    if (!url.startsWith("http://") && !url.startsWith("https://")) {
      throw new IllegalArgumentException("the endpoint must begin with http:// or https://: " + url);
    }
    endpoint = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    heapSummaryEnabled = "true".equalsIgnoreCase(
        first(arguments.get("heapSummaryEnabled"), environment.apply("AWS_CODEGURU_PROFILER_HEAP_SUMMARY_ENABLED")));
    heapMaxPauseMillis = number(environment, "WICK_HEAP_MAX_PAUSE_MILLISECONDS", 100);
    cpuStream = "true".equalsIgnoreCase(first(arguments.get("cpuStream"), environment.apply("WICK_JFR_CPU")));
    caBundle = first(arguments.get("caBundle"), environment.apply("AWS_CA_BUNDLE"), files.setting("ca_bundle"));
    clientCertificate = first(environment.apply("WICK_CLIENT_CERTIFICATE"));
    clientKey = first(environment.apply("WICK_CLIENT_KEY"));
    killSwitchFile = or(first(environment.apply("WICK_KILL_SWITCH_FILE")), "/var/tmp/killProfiler");
    initialDelaySeconds = initialDelay(environment.apply("WICK_INITIAL_DELAY_SECONDS"));
    labels = labels(or(environment.apply("WICK_LABELS"), ""));
  }

  /** A function does not live for so long, and a server on this machine has no fleet. */
  private double initialDelay(String text) {
    if (text != null && text.matches("\\d{1,6}(\\.\\d+)?")) return Double.parseDouble(text);
    boolean isLocal = endpoint.matches("https?://(127\\..*|localhost([:/].*)?|\\[::1].*)");
    return lambda || isLocal ? 0 : INITIAL_DELAY_SECONDS;
  }

  /**
   * What stands behind {@code -javaagent:wick-agent.jar=}: {@code key:value,key:value}; a value may hold colons.
   *
   * @throws IllegalArgumentException naming a key that is not known
   */
  static Map<String, String> arguments(String text) {
    Map<String, String> arguments = new LinkedHashMap<>();
    if (text == null) return arguments;
    for (String pair : text.split(",")) {
      if (pair.trim().isEmpty()) continue;
      int colon = pair.indexOf(':');
      String key = (colon < 0 ? pair : pair.substring(0, colon)).trim();
      switch (key) {
        case "profilingGroupName":
        case "region":
        case "heapSummaryEnabled":
        case "cpuStream":
        case "endpoint":
        case "caBundle":
          arguments.put(key, colon < 0 ? "" : pair.substring(colon + 1).trim());
          break;
        default:
          throw new IllegalArgumentException(
              "unknown argument '" + key
                  + "'; there are profilingGroupName, region, heapSummaryEnabled, cpuStream, endpoint, caBundle");
      }
    }
    return arguments;
  }

  /** {@code key=value,key=value}; what is beyond the server's limits is cut. */
  static Map<String, String> labels(String text) {
    Map<String, String> labels = new TreeMap<>();
    for (String pair : text.split(",")) {
      int equals = pair.indexOf('=');
      if (equals <= 0 || labels.size() == MAX_LABELS) continue;
      labels.put(cut(pair.substring(0, equals).trim(), 64), cut(pair.substring(equals + 1).trim(), 256));
    }
    return labels;
  }

  private static double number(Function<String, String> environment, String name, double otherwise) {
    String text = first(environment.apply(name));
    if (text == null) return otherwise;
    try {
      double number = Double.parseDouble(text);
      if (number > 0) return number;
    } catch (NumberFormatException noNumber) {
      // As one that is not positive.
    }
    throw new IllegalArgumentException(name + " must be a number above 0: " + text);
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }

  private static String first(String... values) {
    for (String value : values) if (value != null && !value.isEmpty()) return value;
    return null;
  }

  private static String or(String value, String otherwise) {
    return value == null || value.isEmpty() ? otherwise : value;
  }
}

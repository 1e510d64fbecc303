package dev.wick.agent;

import dev.wick.agent.aws.Endpoints;
import dev.wick.agent.aws.SharedFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the agent was told, by arguments, environment and shared files; arguments win. */
public final class Settings {
  private static final Pattern GROUP_ARN = Pattern.compile("arn:[^:]*:[^:]*:([^:]*):[^:]*:profilingGroup/([^:/]+)");
  private static final int MAX_LABELS = 16;
  private static final int MAX_KEY_CHARS = 64;
  private static final int MAX_VALUE_CHARS = 256;
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
  /** The server is first asked after this at most, and a third of it at least. */
  public final double initialDelaySeconds;
  /** Whether the environment lets the agent run at all. */
  public final boolean enabled;
  /** Whether this is a function of AWS Lambda. */
  public final boolean lambda;
  /** Null for variables that are empty. */
  public final Function<String, String> environment;
  /** What is wrong with what was given, and what is done instead. */
  public final List<String> complaints = new ArrayList<>();

  /** @throws IllegalArgumentException naming what is missing or wrong, where it cannot run without */
  public Settings(Map<String, String> arguments, Function<String, String> variables, SharedFiles files) {
    environment = Given.in(variables);
    String groupArn = Given.first(environment.apply("AWS_CODEGURU_PROFILER_GROUP_ARN"), "");
    Matcher arn = GROUP_ARN.matcher(groupArn);
    boolean hasArn = arn.matches();
    if (!hasArn && !groupArn.isEmpty()) {
      complaints.add("AWS_CODEGURU_PROFILER_GROUP_ARN is not the ARN of a profiling group: '" + cut(groupArn, 120) + '\'');
    }
    lambda = environment.apply("LAMBDA_TASK_ROOT") != null && environment.apply("LAMBDA_RUNTIME_DIR") != null;
    String function = environment.apply("AWS_LAMBDA_FUNCTION_NAME");
    enabled = Given.first(environment.apply("AWS_CODEGURU_PROFILER_ENABLED"), "true").equalsIgnoreCase("true");
    String name = Given.first(
        arguments.get("profilingGroupName"),
        hasArn ? arn.group(2) : null,
        environment.apply("AWS_CODEGURU_PROFILER_GROUP_NAME"),
        lambda && function != null ? "aws-lambda-" + function : null,
        null);
    if (name == null && enabled) {
      throw new IllegalArgumentException(
          "no profiling group: set AWS_CODEGURU_PROFILER_GROUP_NAME or -javaagent:wick-agent.jar=profilingGroupName:NAME");
    }
    profilingGroupName = Given.first(name, "");
    region = Given.first(
        arguments.get("region"),
        hasArn ? arn.group(1) : null,
        environment.apply("AWS_CODEGURU_PROFILER_TARGET_REGION"),
        environment.apply("AWS_REGION"),
        environment.apply("AWS_DEFAULT_REGION"),
        files.setting("region"),
        "us-east-1");
    String url = Given.first(
        arguments.get("endpoint"),
        Endpoints.configured("codeguruprofiler", environment, files),
        "https://codeguru-profiler." + region + ".amazonaws.com");
    if (Endpoints.namesUser(url)) {
      throw new IllegalArgumentException("the endpoint must name no user and no password: requests are signed with AWS credentials");
    }
    if (!url.startsWith("http://") && !url.startsWith("https://")) {
      throw new IllegalArgumentException("the endpoint must begin with http:// or https://: " + url);
    }
    endpoint = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    heapSummaryEnabled = "true".equalsIgnoreCase(
        Given.first(arguments.get("heapSummaryEnabled"), environment.apply("AWS_CODEGURU_PROFILER_HEAP_SUMMARY_ENABLED")));
    heapMaxPauseMillis = number("WICK_HEAP_MAX_PAUSE_MILLISECONDS", 100, false);
    cpuStream = "true".equalsIgnoreCase(Given.first(arguments.get("cpuStream"), environment.apply("WICK_JFR_CPU")));
    caBundle = Given.first(arguments.get("caBundle"), environment.apply("AWS_CA_BUNDLE"), files.setting("ca_bundle"), null);
    clientCertificate = environment.apply("WICK_CLIENT_CERTIFICATE");
    clientKey = environment.apply("WICK_CLIENT_KEY");
    killSwitchFile = Given.first(environment.apply("WICK_KILL_SWITCH_FILE"), "/var/tmp/killProfiler");
    // A function does not live for so long, and a server on this machine has no fleet.
    boolean isLocal = endpoint.matches("https?://(127(\\.\\d{1,3}){3}|localhost|\\[::1])([:/].*)?");
    initialDelaySeconds = number("WICK_INITIAL_DELAY_SECONDS", lambda || isLocal ? 0 : INITIAL_DELAY_SECONDS, true);
    String level = environment.apply("WICK_LOG_LEVEL");
    if (Log.level(level).isEmpty()) {
      complaints.add("WICK_LOG_LEVEL is '" + cut(level, 40) + "', not one of off, error, warning, info; info is used");
    }
    labels = labels(Given.first(environment.apply("WICK_LABELS"), ""));
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

  /** {@code key=value,key=value}; of what is beyond the server's limits it is said that it is left out. */
  private Map<String, String> labels(String text) {
    Map<String, String> labels = new TreeMap<>();
    for (String pair : text.split(",")) {
      if (pair.trim().isEmpty()) continue;
      int equals = pair.indexOf('=');
      String key = (equals < 0 ? pair : pair.substring(0, equals)).trim();
      String value = equals < 0 ? null : pair.substring(equals + 1).trim();
      String problem = labelProblem(key, value, labels);
      if (problem == null) labels.put(key, value);
      else complaints.add("label '" + cut(key, 80) + "' is left out: " + problem);
    }
    return labels;
  }

  private static String labelProblem(String key, String value, Map<String, String> others) {
    if (value == null) return "it is not of the form key=value";
    if (key.isEmpty()) return "it has no key";
    if (key.length() > MAX_KEY_CHARS) return "its key is longer than " + MAX_KEY_CHARS + " characters";
    if (value.length() > MAX_VALUE_CHARS) return "its value is longer than " + MAX_VALUE_CHARS + " characters";
    boolean isOneTooMany = others.size() == MAX_LABELS && !others.containsKey(key);
    return isOneTooMany ? "there are more than " + MAX_LABELS : null;
  }

  private double number(String name, double otherwise, boolean mayBeZero) {
    String text = environment.apply(name);
    if (text == null) return otherwise;
    // Not all that Java takes for a number is one: NaN, 1d, 0x1p3.
    double number = text.matches("\\d{1,9}(\\.\\d+)?") ? Double.parseDouble(text) : -1;
    if (number > 0 || number == 0 && mayBeZero) return number;
    complaints.add(name + " is no number " + (mayBeZero ? "from" : "above") + " 0: '" + cut(text, 40) + "'; the default is used");
    return otherwise;
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }
}

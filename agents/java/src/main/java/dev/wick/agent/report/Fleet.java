package dev.wick.agent.report;

import dev.wick.agent.Given;
import dev.wick.agent.aws.Metadata;
import dev.wick.agent.encode.JsonReader;
import dev.wick.agent.http.Answer;
import dev.wick.agent.http.Http;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Where this process runs, as CodeGuru's agents say it: function, task, instance or just a host. */
final class Fleet {
  private static final int LOCAL_MILLIS = 1000;

  private Fleet() {}

  /** Facts for {@code fleetInfo}. Asks the machine's metadata service where there is one; never the name service. */
  static Map<String, Object> describe(Function<String, String> environment, Http http) {
    Map<String, Object> facts = new LinkedHashMap<>();
    try {
      String task = environment.apply("ECS_CONTAINER_METADATA_URI_V4");
      if (task != null) {
        Object arn = JsonReader.object(get(http, task + "/task")).get("TaskARN");
        if (arn instanceof String) {
          facts.put("computeType", "aws_fargate_task");
          facts.put("taskArn", arn);
          return facts;
        }
      }
      Metadata metadata = new Metadata(environment, http);
      boolean isInstance = metadata.isInstanceNamed() || firstLine("/sys/class/dmi/id/sys_vendor").contains("Amazon EC2");
      if (isInstance && !metadata.isInstanceForbidden()) {
        Map<String, String> headers = metadata.instanceToken();
        facts.put("hostName", metadata.ofInstance("/latest/meta-data/local-hostname", headers));
        facts.put("hostType", metadata.ofInstance("/latest/meta-data/instance-type", headers));
        facts.put("computeType", "aws_ec2_instance");
        return facts;
      }
    } catch (IOException | RuntimeException notThere) {
      facts.clear();
    }
    facts.put("id", UUID.randomUUID().toString());
    facts.put("type", "UNKNOWN");
    facts.put("vCPUs", (long) Runtime.getRuntime().availableProcessors());
    String host = firstLine("/proc/sys/kernel/hostname");
    if (host.isEmpty()) host = Given.first(environment.apply("HOSTNAME"), environment.apply("COMPUTERNAME"), "");
    if (!host.isEmpty()) facts.put("hostName", host);
    return facts;
  }

  /** Those of a function of Lambda. @param arn as a call has it; null until the first: then its name is what is known */
  static Map<String, Object> ofFunction(Function<String, String> environment, String arn) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("computeType", "aws_lambda");
    if (arn != null) facts.put("functionArn", arn);
    else facts.put("id", Given.first(environment.apply("AWS_LAMBDA_FUNCTION_NAME"), "unknown"));
    String memory = environment.apply("AWS_LAMBDA_FUNCTION_MEMORY_SIZE");
    if (memory != null && memory.matches("\\d{1,9}")) facts.put("memoryLimitInMB", Long.valueOf(memory));
    String runtime = environment.apply("AWS_EXECUTION_ENV");
    if (runtime != null) facts.put("executionEnv", runtime);
    return facts;
  }

  /** What tells this instance from others: at most 255 characters. */
  static String instance(Map<String, Object> facts, Function<String, String> environment) {
    String text = "unknown";
    for (String name : new String[] {"functionArn", "taskArn", "hostName", "id"}) {
      if (!facts.containsKey(name)) continue;
      text = facts.get(name).toString();
      break;
    }
    // Each sandbox of a function has a log stream of its own.
    if ("aws_lambda".equals(facts.get("computeType"))) {
      text += ':' + Given.first(environment.apply("AWS_LAMBDA_LOG_STREAM_NAME"), String.valueOf(ProcessHandle.current().pid()));
    }
    return text.substring(0, Math.min(255, text.length()));
  }

  private static String get(Http http, String url) throws IOException {
    Answer answer = http.callLocal("GET", new URL(url), Map.of(), LOCAL_MILLIS);
    if (answer.status != 200) throw new IOException(url + " answers " + answer.status);
    return answer.body.trim();
  }

  private static String firstLine(String file) {
    try {
      return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8).split("\n")[0].trim();
    } catch (IOException | RuntimeException notThere) {
      return "";
    }
  }
}

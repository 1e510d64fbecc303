package dev.wick.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A function that is frozen between its calls, as SIGSTOP freezes. */
class LambdaTest extends GuestAndServer {
  private Process function;
  private BufferedReader out;

  @BeforeEach
  void lookOften() {
    server.intervalMillis = 10;
  }

  @AfterEach
  void end() {
    if (function != null) function.destroyForcibly();
  }

  private void start(boolean asLayer, String... more) throws IOException {
    List<String> command = new ArrayList<>(List.of(Guest.ownJava()));
    if (asLayer) command.add("-javaagent:target/wick-agent.jar");
    command.addAll(List.of("-cp", "target/wick-agent.jar:target/test-classes", LambdaHost.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(directory.resolve("err").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.toUpperCase().endsWith("_PROXY"));
    builder.environment().putAll(Map.of(
        "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "fakeSecretForTestsOnly",
        "AWS_ENDPOINT_URL", server.url(), "LAMBDA_TASK_ROOT", "/var/task", "LAMBDA_RUNTIME_DIR", "/var/runtime",
        "AWS_LAMBDA_FUNCTION_NAME", "cart", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512", "AWS_EXECUTION_ENV", "AWS_Lambda_java17",
        "AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/27/[live]abc", "WICK_KILL_SWITCH_FILE", directory.resolve("kill").toString()));
    for (int i = 0; i < more.length; i += 2) builder.environment().put(more[i], more[i + 1]);
    function = builder.start();
    out = new BufferedReader(new InputStreamReader(function.getInputStream()));
  }

  private String said() throws IOException {
    return Files.readString(directory.resolve("err"));
  }

  /** @return how it ended, and the milliseconds it took longer than it computes */
  private String[] call(String how, int millis, int remaining) throws IOException {
    OutputStream in = function.getOutputStream();
    in.write((how + ' ' + millis + ' ' + remaining + '\n').getBytes(StandardCharsets.UTF_8));
    in.flush();
    return out.readLine().split(" ");
  }

  private void signal(String name) throws Exception {
    assertEquals(0, new ProcessBuilder("kill", "-" + name, String.valueOf(function.pid())).start().waitFor());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onlyCallsAreProfiledAndBetweenThemNothingIsDone(boolean asLayer) throws Exception {
    start(asLayer);
    List<long[]> gaps = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      assertEquals("returned", call("return", 500, 30_000)[0]);
      long ended = System.nanoTime();
      // Lambda freezes some time after the end; what the agent would do goes on for now.
      Thread.sleep(600);
      signal("STOP");
      Thread.sleep(900);
      signal("CONT");
      Thread.sleep(300);
      gaps.add(new long[] {ended, System.nanoTime()});
    }
    for (Recorder.Call call : server.calls) {
      // The recorder notes a call when it has read it: that may be a moment after its end, not more.
      assertTrue(gaps.stream().noneMatch(gap -> call.nanos - gap[0] > 100_000_000 && call.nanos < gap[1]), call.path + " between two calls");
    }
    long counted = server.samples().entrySet().stream().filter(entry -> entry.getKey().contains("LambdaHost.handle"))
        .mapToLong(Map.Entry::getValue).sum();
    // 500 ms, six times, at one count each 10 ms; of the first a part is over when the agent is up, others end on a busy machine with a look.
    assertTrue(counted > 150 && counted < 330, counted + " counts: " + server.samples());
    long waited = server.samples().entrySet().stream().filter(entry -> entry.getKey().contains("readLine"))
        .mapToLong(Map.Entry::getValue).sum();
    // As a layer it looks also before the first call.
    assertTrue(waited <= (asLayer ? 100 : 10), waited + " counts of the time between calls");

    Map<?, ?> metadata = (Map<?, ?>) server.profiles().get(1).get("agentMetadata");
    assertEquals(
        Map.of("computeType", "aws_lambda", "functionArn", LambdaHost.ARN, "memoryLimitInMB", 512.0, "executionEnv", "AWS_Lambda_java17"),
        metadata.get("fleetInfo"));
    Map<String, Object> asked = server.calls.stream().filter(call -> call.path.endsWith("/configureAgent") && call.body.toString().contains("request-"))
        .findFirst().orElseThrow().body;
    assertEquals(LambdaHost.ARN + ":2026/11/27/[live]abc", asked.get("fleetInstanceId"));
    Map<?, ?> told = (Map<?, ?>) asked.get("metadata");
    assertEquals("AWSLambda", told.get("ComputePlatform"));
    assertEquals(LambdaHost.ARN, told.get("LambdaFunctionArn"));
    assertEquals("512", told.get("LambdaMemoryLimitInMB"));
    assertTrue(told.get("AwsRequestId").toString().startsWith("request-"));
    assertEquals(1, said().lines().count(), said());
  }

  /** A second, here: each call is due, however little of it was a call's. */
  @Test
  void aPeriodGoesByTheClock() throws Exception {
    start(false);
    for (int i = 0; i < 6; i++) {
      call("return", 300, 30_000);
      Thread.sleep(1000);
    }
    List<Map<String, Object>> profiles = server.profiles();
    assertTrue(profiles.size() >= 3, profiles.size() + " profiles of 7.8 s");
    Map<String, Object> last = profiles.get(profiles.size() - 1);
    long active = Recorder.number(((Map<?, ?>) last.get("agentMetadata")).get("durationInMs"));
    long window = Recorder.number(last.get("end")) - Recorder.number(last.get("start"));
    assertTrue(active < window - 500, active + " ms of " + window + " are those of calls");
  }

  /** All threads of a call together are a twentieth of a count: in a period by the clock there is never half of one. */
  @Test
  void callsThatAreShorterThanACountComeTogether() throws Exception {
    server.intervalMillis = 10_000;
    start(false);
    for (int i = 0; i < 60 && server.profiles().isEmpty(); i++) {
      call("return", 100, 30_000);
      Thread.sleep(600);
    }
    assertEquals(1, server.profiles().size(), said());
    assertEquals(1, server.total(), server.samples().toString());
  }

  @Test
  void aGroupThatIsMissingIsMade() throws Exception {
    boolean[] isThere = new boolean[1];
    server.handler = (exchange, call) -> {
      if (call.path.equals("/profilingGroups")) {
        assertEquals("aws-lambda-cart", call.body.get("profilingGroupName"));
        assertEquals("AWSLambda", call.body.get("computePlatform"));
        isThere[0] = true;
        return Recorder.reply(exchange, 201, "{}");
      }
      return !isThere[0] && Recorder.refuse(exchange, 404, "ResourceNotFoundException");
    };
    start(false);
    for (int i = 0; i < 10 && server.profiles().isEmpty(); i++) call("return", 500, 30_000);
    assertFalse(server.profiles().isEmpty(), said());
    assertTrue(isThere[0]);
    assertTrue(server.calls.stream().anyMatch(call -> call.path.equals("/profilingGroups/aws-lambda-cart/agentProfile")));
  }

  /** Of a call's time half of what is left, and two seconds at most. */
  @ParameterizedTest
  @CsvSource({"1000, 500", "60000, 2000", "0, 0"})
  void aServerThatIsSilentKeepsACallNotLongerThanItMay(int remaining, int most) throws Exception {
    server.handler = (exchange, call) -> {
      try {
        Thread.sleep(60_000);
      } catch (InterruptedException closed) {
        // With the test.
      }
      return true;
    };
    start(false);
    for (int i = 0; i < 2; i++) {
      int longer = Integer.parseInt(call("return", 300, remaining)[1]);
      // The rest is a busy machine's.
      assertTrue(longer <= most + 700, longer + " ms");
      assertTrue(longer >= most - 100 || i > 0, "it waits for the answer: " + longer + " ms");
    }
  }

  @Test
  void whatACallThrowsIsItsOwnAndSwitchedOffItRunsAlone() throws Exception {
    start(false, "AWS_CODEGURU_PROFILER_ENABLED", "false");
    assertEquals("thrown", call("throw", 10, 1000)[0]);
    assertEquals("returned", call("return", 10, 1000)[0]);
    Thread.sleep(500);
    assertEquals(1, said().lines().count(), said());
    assertTrue(server.calls.isEmpty());
  }

  @Test
  void aCallThatThrowsIsReportedAsAnyOther() throws Exception {
    start(false);
    for (int i = 0; i < 10 && server.profiles().isEmpty(); i++) assertEquals("thrown", call("throw", 500, 30_000)[0]);
    assertFalse(server.profiles().isEmpty(), said());
  }
}

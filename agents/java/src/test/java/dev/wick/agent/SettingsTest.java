package dev.wick.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wick.agent.aws.SharedFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @TempDir Path directory;

  private static Settings of(String arguments, String... environment) {
    Map<String, String> variables = new HashMap<>(Map.of("AWS_CONFIG_FILE", "/nowhere", "AWS_SHARED_CREDENTIALS_FILE", "/nowhere"));
    for (String pair : environment) {
      int equals = pair.indexOf('=');
      variables.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return new Settings(Settings.arguments(arguments), variables::get, new SharedFiles(variables::get));
  }

  @Test
  void argumentsWinAndTheirValuesMayHoldColons() {
    Settings settings = of(
        "profilingGroupName:shop,endpoint:https://wick.example:8443/,heapSummaryEnabled:true",
        "AWS_CODEGURU_PROFILER_GROUP_NAME=other",
        "AWS_ENDPOINT_URL=http://other",
        "AWS_CODEGURU_PROFILER_TARGET_REGION=eu-west-1");
    assertEquals("shop", settings.profilingGroupName);
    assertEquals("https://wick.example:8443", settings.endpoint);
    assertEquals("eu-west-1", settings.region);
    assertTrue(settings.heapSummaryEnabled);
  }

  /** Under LANG=C the system has no name with other letters than ASCII's; anywhere, none with a NUL. */
  @Test
  void aNameThatNoFileCanHaveIsThatOfNoFile() {
    Settings settings = of("profilingGroupName:shop", "AWS_CONFIG_FILE=/home/\0/config", "AWS_SHARED_CREDENTIALS_FILE=/home/\0/credentials");
    assertEquals("us-east-1", settings.region);
  }

  @Test
  void theSharedFilesMayHaveAnEndpointForEachService() throws Exception {
    Path config = Files.write(directory.resolve("config"), List.of(
        "[profile shop]", "services = own", "endpoint_url = https://all.example", "s3 =", "  endpoint_url = https://s3.example",
        "[services own]", "sts =", "  endpoint_url = https://sts.example", "codeguruprofiler =", "  endpoint_url = https://wick.example"));
    String[] environment = {"AWS_CONFIG_FILE=" + config, "AWS_DEFAULT_PROFILE=shop"};
    assertEquals("https://wick.example", of("profilingGroupName:x", environment).endpoint);
    assertEquals("https://codeguru-profiler.us-east-1.amazonaws.com",
        of("profilingGroupName:x", environment[0], environment[1], "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true").endpoint);
    Files.writeString(config, "[profile shop]\nendpoint_url = https://all.example\nservices = missing\n");
    assertEquals("https://all.example", of("profilingGroupName:x", environment).endpoint);
  }

  @Test
  void anArnNamesGroupAndRegion() {
    Settings settings = of(
        null,
        "AWS_CODEGURU_PROFILER_GROUP_ARN=arn:aws:codeguru-profiler:eu-north-1:000000000000:profilingGroup/shop",
        "AWS_CODEGURU_PROFILER_GROUP_NAME=other");
    assertEquals("shop", settings.profilingGroupName);
    assertEquals("https://codeguru-profiler.eu-north-1.amazonaws.com", settings.endpoint);
  }

  @Test
  void whatIsWrongIsNamed() {
    assertTrue(assertThrows(IllegalArgumentException.class, () -> of("grupp:x")).getMessage().contains("'grupp'"));
    assertTrue(assertThrows(IllegalArgumentException.class, () -> of(null)).getMessage().contains("GROUP_NAME"));
    assertTrue(assertThrows(IllegalArgumentException.class, () -> of("profilingGroupName:x,endpoint:ftp:x"))
        .getMessage().contains("endpoint"));
  }

  @Test
  void anEndpointThatNamesAPasswordIsRefusedWithoutSayingIt() {
    String refusal = assertThrows(
        IllegalArgumentException.class, () -> of("profilingGroupName:x,endpoint:http://joe:s3cret@localhost:8080/a")).getMessage();
    assertTrue(refusal.contains("no user and no password") && !refusal.contains("s3cret"), refusal);
    String unread = assertThrows(
        IllegalArgumentException.class, () -> of("profilingGroupName:x,endpoint:joe:s3cret@localhost:8080")).getMessage();
    assertFalse(unread.contains("s3cret"), unread);
    assertEquals("http://localhost:8080/a@b", of("profilingGroupName:x,endpoint:http://localhost:8080/a@b").endpoint);
  }

  @Test
  void anEmptyVariableIsNone() {
    Settings settings = of("profilingGroupName:x", "ECS_CONTAINER_METADATA_URI_V4=", "HOME=/home", "AWS_REGION=");
    assertNull(settings.environment.apply("ECS_CONTAINER_METADATA_URI_V4"));
    assertEquals("/home", settings.environment.apply("HOME"));
    assertEquals("us-east-1", settings.region);
  }

  @Test
  void onlyAServerOnThisMachineIsAskedAtOnce() {
    for (String near : new String[] {"localhost", "localhost:1/x", "127.0.0.1:8080", "127.1.2.3", "[::1]:1"})
      assertEquals(0, of("profilingGroupName:x,endpoint:http://" + near).initialDelaySeconds, near);
    for (String far : new String[] {"127.evil.example", "localhost.example", "10.0.0.1"})
      assertTrue(of("profilingGroupName:x,endpoint:http://" + far).initialDelaySeconds > 0, far);
  }

  @Test
  void labelsBeyondTheServersBoundsAreLeftOutAndNamed() {
    StringBuilder many = new StringBuilder("version=1=2,,=x,y,long=" + "v".repeat(257) + ',' + "k".repeat(65) + "=v");
    for (int i = 0; i < 16; i++) many.append(",k").append(i).append('=').append("v".repeat(256));
    Settings settings = of("profilingGroupName:x", "WICK_LABELS=" + many + ",version=3");
    assertEquals(16, settings.labels.size());
    assertEquals("3", settings.labels.get("version"));
    assertEquals(256, settings.labels.get("k0").length());
    assertEquals(List.of(
        "label '' is left out: it has no key",
        "label 'y' is left out: it is not of the form key=value",
        "label 'long' is left out: its value is longer than 256 characters",
        "label '" + "k".repeat(65) + "' is left out: its key is longer than 64 characters",
        "label 'k15' is left out: there are more than 16"), settings.complaints);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "AWS_CODEGURU_PROFILER_GROUP_ARN=arn:aws:codeguru-profiler:eu-north-1:1:group/shop | is not the ARN of a profiling group",
    "WICK_HEAP_MAX_PAUSE_MILLISECONDS=0 | is no number above 0: '0'; the default is used",
    "WICK_HEAP_MAX_PAUSE_MILLISECONDS=NaN | is no number above 0: 'NaN'; the default is used",
    "WICK_INITIAL_DELAY_SECONDS=soon | is no number from 0: 'soon'; the default is used",
    "WICK_LOG_LEVEL=loud | is 'loud', not one of off, error, warning, info; info is used",
  })
  void whatItCanRunWithoutIsNamedAndTheDefaultUsed(String variable, String complaint) {
    Settings settings = of("profilingGroupName:x", variable);
    assertEquals(1, settings.complaints.size(), settings.complaints.toString());
    String line = settings.complaints.get(0);
    assertTrue(line.startsWith(variable.substring(0, variable.indexOf('='))) && line.contains(complaint), line);
    assertEquals(100, settings.heapMaxPauseMillis);
    assertEquals(30, settings.initialDelaySeconds);
    assertEquals("us-east-1", settings.region);
  }

  @Test
  void whatIsRightIsNotComplainedOf() {
    assertEquals(List.of(), of(
        "profilingGroupName:x", "WICK_INITIAL_DELAY_SECONDS=0", "WICK_HEAP_MAX_PAUSE_MILLISECONDS=0.5", "WICK_LOG_LEVEL=Warning",
        "WICK_LABELS=version=1.4,", "AWS_CODEGURU_PROFILER_GROUP_ARN=").complaints);
  }

  @Test
  void anythingButTrueSwitchesOff() {
    assertFalse(of("profilingGroupName:x", "AWS_CODEGURU_PROFILER_ENABLED=no").enabled);
    assertTrue(of("profilingGroupName:x", "AWS_CODEGURU_PROFILER_ENABLED=True").enabled);
  }

  @Test
  void theServerIsFirstAskedAfterARandomPartOfHalfAMinuteButForLambdaAndServersOfThisMachine() {
    assertEquals(30, of("profilingGroupName:x").initialDelaySeconds);
    assertEquals(30, of("profilingGroupName:x,endpoint:https://localhost.example.com").initialDelaySeconds);
    for (String local : new String[] {"http://127.0.0.1:80", "https://localhost", "http://localhost:8443/", "https://[::1]:8443"}) {
      assertEquals(0, of("profilingGroupName:x,endpoint:" + local).initialDelaySeconds, local);
    }
    assertEquals(0, of("profilingGroupName:x", "LAMBDA_TASK_ROOT=/var/task", "LAMBDA_RUNTIME_DIR=/var/runtime").initialDelaySeconds);
    assertEquals(5, of("profilingGroupName:x", "WICK_INITIAL_DELAY_SECONDS=5").initialDelaySeconds);
    assertEquals(30, of("profilingGroupName:x", "WICK_INITIAL_DELAY_SECONDS=soon").initialDelaySeconds);
  }
}

package dev.wick.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wick.agent.aws.SharedFiles;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
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
  void labelsAreBounded() {
    StringBuilder many = new StringBuilder("version=1=2,=x,y");
    for (int i = 0; i < 40; i++) many.append(",k").append(i).append('=').append("v".repeat(300));
    Map<String, String> labels = Settings.labels(many.toString());
    assertEquals(16, labels.size());
    assertEquals("1=2", labels.get("version"));
    assertEquals(256, labels.get("k0").length());
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

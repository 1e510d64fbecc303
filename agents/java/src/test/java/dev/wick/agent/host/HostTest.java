package dev.wick.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.wick.agent.encode.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A program behaves under the agent as it does alone, whatever the server does; and what it was doing is told. */
class HostTest {
  @TempDir Path directory;

  private HttpServer server;
  private final ConcurrentLinkedQueue<Map<String, Object>> profiles = new ConcurrentLinkedQueue<>();
  private volatile int calls;
  private volatile int status = 200;
  private volatile String answer = "{\"shouldProfile\":true,\"periodInSeconds\":1,\"agentParameters\":"
      + "{\"SamplingIntervalInMilliseconds\":\"50\",\"MinimumTimeForReportingInMilliseconds\":\"500\","
      + "\"MemoryUsageLimitPercent\":\"100\"}}";

  /** The JDKs of this machine, as scripts/test-agent-java.sh found them. */
  static List<String> javas() {
    List<String> javas = new ArrayList<>();
    for (String java : System.getProperty("wick.javas", "").split(":")) if (!java.isEmpty()) javas.add(java);
    if (javas.isEmpty()) javas.add(ownJava());
    return javas;
  }

  private static String ownJava() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @ParameterizedTest
  @MethodSource("javas")
  void threadsAreSeenInTheirStates(String java) throws Exception {
    Running host = start(java, url(), directory.resolve("end").toString());
    try {
      waitFor(host, () -> total() > 300);
    } finally {
      Files.createFile(directory.resolve("end"));
    }
    assertEquals(3, host.end());
    assertEquals("hello\nbye\n", host.printed());
    Map<String, Long> states = new TreeMap<>();
    long last = 0;
    for (Map<String, Object> profile : profiles) {
      states(profile.get("callgraph"), "", states);
      long start = number(profile.get("start"));
      if (last != 0) assertTrue(Math.abs(start - last) <= 300, "profiles touch: " + (start - last));
      last = number(profile.get("end"));
      assertTrue(last > start);
    }
    // Where each thread is most of the time; the rest is how it got there.
    assertTrue(states.keySet().stream().noneMatch(path -> path.startsWith(" R") || path.contains("KeepAlive")),
        () -> "threads of the JVM or the agent are among the program's: " + states);
    assertMostly(states, "host.Host.compute", "RUNNABLE");
    assertMostly(states, "sun.nio.ch.Net.accept ", "WAITING");
    assertMostly(states, "java.lang.Thread.sleep", "TIMED_WAITING");
    assertMostly(states, "java.util.concurrent.ThreadPoolExecutor.getTask", "IDLE");
    assertMostly(states, "host.Host.enter", "BLOCKED");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 429, 500, 302, -1, -2, -3})
  void whateverTheServerSaysTheProgramDoesNotNotice(int says) throws Exception {
    status = says;
    if (says == -3) server.stop(0);
    Running host = start(ownJava(), url(), directory.resolve("end").toString());
    waitFor(host, () -> calls > 0 || host.said().contains("wick-agent:"));
    Files.createFile(directory.resolve("end"));
    assertEquals(3, host.end());
    assertEquals("hello\nbye\n", host.printed());
    if (says > 300) assertTrue(host.said().contains(says == 404 ? "no profiling group" : "" + says), host.said());
  }

  @ParameterizedTest
  @ValueSource(strings = {"exit", "throw"})
  void aProgramThatEndsAtOnceEndsAsItDoesAlone(String how) throws Exception {
    Running host = start(ownJava(), url(), how);
    assertEquals(how.equals("exit") ? 3 : 1, host.end());
    assertEquals("hello\n", host.printed());
  }

  @Test
  void switchedOffItSendsNothing() throws Exception {
    Running host = start(ownJava(), url(), "exit", "AWS_CODEGURU_PROFILER_ENABLED", "false");
    assertEquals(3, host.end());
    assertEquals(0, calls);
  }

  private void answer(HttpExchange exchange) throws IOException {
    calls++;
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (status == -1) {
      // No answer at all, until the test ends.
      return;
    }
    if (exchange.getRequestURI().getPath().endsWith("/agentProfile") && status == 200) {
      byte[] json = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
      profiles.add(JsonReader.object(new String(json, StandardCharsets.UTF_8)));
    }
    byte[] said = (status == -2 ? "<html>\u0000 nonsense" : status == 200 ? answer : "{\"message\":\"no\"}")
        .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status < 0 ? 200 : status, said.length);
    exchange.getResponseBody().write(said);
    exchange.close();
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private long total() {
    Map<String, Long> states = new TreeMap<>();
    for (Map<String, Object> profile : profiles) states(profile.get("callgraph"), "", states);
    return states.values().stream().mapToLong(Long::longValue).sum();
  }

  /** {@code path STATE} → samples; depth is that of the host. */
  private static void states(Object node, String path, Map<String, Long> into) {
    Map<?, ?> members = (Map<?, ?>) node;
    Object counts = members.get("counts");
    if (counts != null) ((Map<?, ?>) counts).forEach((state, n) -> into.merge(path + ' ' + state, number(n), Long::sum));
    Object children = members.get("children");
    if (children != null) ((Map<?, ?>) children).forEach((name, child) -> states(child, path + ' ' + name, into));
  }

  private static void assertMostly(Map<String, Long> states, String frame, String state) {
    long right = 0;
    long all = 0;
    for (Map.Entry<String, Long> entry : states.entrySet()) {
      if (!entry.getKey().contains(frame)) continue;
      all += entry.getValue();
      if (entry.getKey().endsWith(' ' + state)) right += entry.getValue();
    }
    assertTrue(all > 0 && right >= all * 0.9, right + " of " + all + " samples with " + frame + " are " + state + ": " + states);
  }

  private static long number(Object value) {
    return ((Double) value).longValue();
  }

  private interface Running {
    String printed() throws IOException;

    String said();

    int end() throws Exception;

    boolean isAlive();
  }

  private Running start(String java, String url, String argument, String... environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(
        java, "-javaagent:target/wick-agent.jar=profilingGroupName:shop,endpoint:" + url,
        "-cp", "target/test-classes", "dev.wick.agent.host.Host", argument);
    File out = directory.resolve("out").toFile();
    File err = directory.resolve("err").toFile();
    builder.redirectOutput(out).redirectError(err);
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.toUpperCase().endsWith("_PROXY"));
    builder.environment().putAll(Map.of(
        "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "fakeSecretForTestsOnly",
        "AWS_EC2_METADATA_DISABLED", "true", "WICK_KILL_SWITCH_FILE", directory.resolve("kill").toString()));
    for (int i = 0; i < environment.length; i += 2) builder.environment().put(environment[i], environment[i + 1]);
    Process process = builder.start();
    return new Running() {
      @Override
      public String printed() throws IOException {
        return Files.readString(out.toPath());
      }

      @Override
      public String said() {
        try {
          return Files.readString(err.toPath());
        } catch (IOException unreadable) {
          return unreadable.toString();
        }
      }

      @Override
      public int end() throws Exception {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError("the program does not end: " + said());
        }
        return process.exitValue();
      }

      @Override
      public boolean isAlive() {
        return process.isAlive();
      }
    };
  }

  private static void waitFor(Running host, BooleanSupplier condition) throws Exception {
    for (int tries = 0; tries < 600 && !condition.getAsBoolean(); tries++) {
      assertTrue(host.isAlive(), () -> "the program ended: " + host.said());
      Thread.sleep(100);
    }
    assertTrue(condition.getAsBoolean(), () -> "waited in vain; the agent says: " + host.said());
  }
}

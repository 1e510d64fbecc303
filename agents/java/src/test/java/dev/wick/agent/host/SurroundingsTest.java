package dev.wick.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.wick.agent.http.ConnectProxy;
import dev.wick.agent.http.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where other programs live: behind proxies, on runtimes of a few modules, on file systems that nobody writes to. */
class SurroundingsTest {
  @TempDir Path directory;

  /** The {@code java} of a runtime with these modules, and what they need. */
  static String runtime(Path directory, String modules) throws Exception {
    Path image = directory.resolve("runtime");
    Process jlink = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "jlink").toString(), "--add-modules", modules, "--output", image.toString())
        .redirectErrorStream(true).start();
    String said = new String(jlink.getInputStream().readAllBytes());
    assertEquals(0, jlink.waitFor(), said);
    return image.resolve("bin/java").toString();
  }

  /** JVMs take agents with java.instrument only; without it the program starts the agent. */
  @ParameterizedTest
  @ValueSource(strings = {"java.base,java.instrument", "java.base"})
  void aRuntimeOfTheLeastModulesIsEnough(String modules) throws Exception {
    try (Recorder server = new Recorder()) {
      Guest.Builder guest = new Guest.Builder(directory, server.url()).java(runtime(directory, modules));
      if (modules.equals("java.base")) {
        guest.startedInCode().environment("AWS_CODEGURU_PROFILER_HEAP_SUMMARY_ENABLED", "true");
      } else {
        guest.arguments(",heapSummaryEnabled:true");
      }
      Guest host = guest.start();
      host.waitFor(() -> server.profiles().size() >= 2);
      host.end();
      assertTrue(server.samples().keySet().stream().anyMatch(path -> path.contains("host.Host.compute")), server.samples().toString());
      assertEquals(1, host.lines().stream().filter(line -> line.contains("CPU time")).count(), host.said());
      assertEquals(1, host.lines().stream().filter(line -> line.contains("heap summaries")).count(), host.said());
      assertEquals(3, host.lines().size(), host.said());
    }
  }

  @Test
  void whereNoFileTakesAByteAllIsAsUsual() throws Exception {
    try (Recorder server = new Recorder()) {
      Guest host = new Guest.Builder(directory, server.url()).withoutWriting().start();
      host.waitFor(() -> server.profiles().size() >= 2);
      host.end();
      assertEquals(1, host.lines().size(), host.said());
    }
  }

  /** All of it at once, as in a company: a proxy with a password, and a server behind it that wants a certificate. */
  @ParameterizedTest
  @MethodSource("dev.wick.agent.host.GuestAndServer#javas")
  void throughAProxyToAServerThatWantsACertificate(String java) throws Exception {
    Identity own = new Identity(directory, "EC", "server");
    Identity agent = new Identity(directory, "RSA", "agent");
    try (Recorder server = new Recorder(own.serverContext(agent)); ConnectProxy proxy = new ConnectProxy("me:p@ss")) {
      Guest host = new Guest.Builder(directory, server.url()).java(java)
          .environment("AWS_CA_BUNDLE", Files.writeString(directory.resolve("ca.pem"), own.certificate()).toString())
          .environment("WICK_CLIENT_CERTIFICATE", Files.writeString(directory.resolve("own.pem"), agent.certificate()).toString())
          .environment("WICK_CLIENT_KEY", Files.writeString(directory.resolve("own.key"), agent.key()).toString())
          .environment("HTTPS_PROXY", "http://me:p%40ss@127.0.0.1:" + proxy.port())
          .start();
      host.waitFor(() -> server.profiles().size() >= 2);
      host.end();
      assertTrue(proxy.requests.size() >= server.calls.size(), proxy.requests + " of " + server.calls.size());
      assertEquals(1, host.lines().size(), host.said());
    }
  }

  @Test
  void aProxyForPlainHttpIsAskedForTheWholeAddress() throws Exception {
    try (Recorder server = new Recorder(); ConnectProxy proxy = new ConnectProxy("me:p@ss")) {
      Guest host = new Guest.Builder(directory, server.url())
          .environment("http_proxy", "http://me:p%40ss@127.0.0.1:" + proxy.port()).start();
      host.waitFor(() -> server.profiles().size() >= 1);
      host.end();
      assertTrue(proxy.requests.contains("POST " + server.url() + "/profilingGroups/shop/configureAgent HTTP/1.1"), proxy.requests.toString());
    }
  }

  /** Elsewhere it looks every 150 ms. */
  @Test
  void inATenthOfACoreTheProgramDoesItsWorkAndTheAgentLooksHalfAsOften() throws Exception {
    try (Recorder server = new Recorder(); CpuGroup group = tenthOfACore()) {
      server.intervalMillis = 1000;
      server.periodSeconds = 4;
      Guest host = new Guest.Builder(directory, server.url()).program(Hoarder.class).within(group).start();
      host.waitFor(() -> server.profiles().size() >= 4);
      host.end();
      assertTrue(group.timesThrottled() > 0);
      long looks = server.profiles().stream().mapToLong(profile -> told(profile, "numTimesSampled")).sum();
      long millis = server.profiles().stream().mapToLong(profile -> told(profile, "durationInMs")).sum();
      assertTrue(looks > 0 && looks < millis / 225, looks + " looks in " + millis + " ms");
      assertTrue(server.samples().keySet().stream().anyMatch(path -> path.contains("host.Hoarder.main")), server.samples().toString());
    }
  }

  private static CpuGroup tenthOfACore() throws Exception {
    CpuGroup group = null;
    try {
      group = new CpuGroup();
    } catch (IOException notHere) {
      abort("no control group to be had here: " + notHere);
    }
    return group;
  }

  private static long told(Map<String, Object> profile, String name) {
    return Recorder.number(((Map<?, ?>) profile.get("agentMetadata")).get(name));
  }

  @Test
  void whatCannotWorkIsSaidOnceAndTheProgramEndsAsAlone() throws Exception {
    Guest host = new Guest.Builder(directory, "https://127.0.0.1:9").environment("HTTPS_PROXY", "https://127.0.0.1:1").start();
    host.waitFor(() -> !host.lines().isEmpty());
    Thread.sleep(3000);
    host.end();
    assertEquals(1, host.lines().size(), host.said());
    assertTrue(host.lines().get(0).contains("proxies are reached by http:// only, not https://"), host.said());
  }
}

package dev.wick.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a program waits for before its main method: counted in classes, since time on a busy machine tells nothing. */
class StartTest {
  @TempDir Path directory;

  /** Loaded by the main thread until it loads the program. */
  private List<String> loadedBefore(String java, Path agent) throws Exception {
    Path log = directory.resolve("classes");
    Process program = new ProcessBuilder(
        java, "-Xlog:class+load=info:file=" + log + ":tid", "-javaagent:" + agent + "=profilingGroupName:shop,endpoint:http://127.0.0.1:9",
        "-cp", program().toString(), "dev.wick.agent.host.Host", "nowhere", "exit").redirectErrorStream(true).start();
    program.getInputStream().readAllBytes();
    assertEquals(3, program.waitFor());
    List<String[]> lines = Files.readAllLines(log).stream().filter(line -> line.contains(" source: "))
        .map(line -> line.substring(1).split("\\]\\s*|\\s+source: ")).collect(Collectors.toList());
    String main = lines.stream().filter(line -> line[1].equals("dev.wick.agent.host.Host")).findFirst().orElseThrow()[0];
    List<String> names = new ArrayList<>();
    for (String[] line : lines) {
      if (line[1].equals("dev.wick.agent.host.Host")) break;
      // Classes that the JVM makes as it goes have an address in their name.
      if (line[0].equals(main)) names.add(line[1].replaceAll("/0x.*", ""));
    }
    return names;
  }

  /** The program alone: beside it, the empty agent would not be loaded from its jar. */
  private Path program() throws Exception {
    Path classes = Path.of("target/test-classes/dev/wick/agent/host");
    Path copies = Files.createDirectories(directory.resolve("program/dev/wick/agent/host"));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(classes, "Host{,$*}.class")) {
      for (Path file : files) Files.copy(file, copies.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
    return directory.resolve("program");
  }

  private Path emptyAgent() throws Exception {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", EmptyAgent.class.getName());
    Path jar = directory.resolve("empty.jar");
    String file = EmptyAgent.class.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(jar); JarOutputStream entries = new JarOutputStream(out, manifest)) {
      entries.putNextEntry(new JarEntry(file));
      entries.write(Files.readAllBytes(Path.of("target/test-classes", file)));
    }
    return jar;
  }

  @ParameterizedTest
  @MethodSource("dev.wick.agent.host.GuestAndServer#javas")
  void beforeMainOneClassOfTheAgentIsLoadedAndHardlyMoreThanAnEmptyAgentDoes(String java) throws Exception {
    List<String> empty = loadedBefore(java, emptyAgent());
    List<String> ours = loadedBefore(java, Path.of("target/wick-agent.jar"));
    assertEquals(
        List.of("dev.wick.agent.WickAgent"),
        ours.stream().filter(name -> name.startsWith("dev.wick")).collect(Collectors.toList()));
    assertTrue(empty.contains(EmptyAgent.class.getName()), empty.size() + " classes");
    List<String> more = new ArrayList<>(ours);
    empty.forEach(more::remove);
    assertTrue(more.size() <= 3, "loaded for the agent: " + more);
  }

  /** Where one of these is loaded the JVM may have read a setting that a program makes in its main method. */
  @ParameterizedTest
  @MethodSource("dev.wick.agent.host.GuestAndServer#javas")
  void beforeTheFirstCallNothingThatAProgramMaySetIsSettled(String java) throws Exception {
    Path log = directory.resolve("classes");
    Guest guest = new Guest.Builder(directory, "https://wick.invalid").java(java).program(Unnumbered.class)
        .flag("-Xlog:class+load=info:file=" + log + ":none").start();
    guest.waitFor(() -> loaded(log).contains("dev.wick.agent.sampler.StateOf"));
    Thread.sleep(1000);
    List<String> loaded = loaded(log);
    loaded.retainAll(List.of(
        "java.security.SecureRandom", "sun.net.InetAddressCachePolicy", "sun.security.ssl.SSLContextImpl", "java.util.logging.LogManager$RootLogger",
        "java.net.ProxySelector"));
    assertEquals(List.of(), loaded);
    guest.end();
  }

  private static List<String> loaded(Path log) {
    try {
      return Files.readAllLines(log).stream().map(line -> line.split(" ")[0]).collect(Collectors.toList());
    } catch (IOException notYet) {
      return List.of();
    }
  }

  /** Their threads race, and it is not the quicker that counts. */
  @RepeatedTest(4)
  void ofTwoOnTheCommandLineTheFirstRunsAndTheOtherSaysSo() throws Exception {
    try (Recorder server = new Recorder()) {
      Guest guest = new Guest.Builder(directory, server.url())
          .flag("-javaagent:target/wick-agent.jar=profilingGroupName:first,endpoint:" + server.url()).start();
      guest.waitFor(() -> !server.profiles().isEmpty());
      guest.end();
      assertTrue(server.calls.stream().allMatch(call -> call.path.startsWith("/profilingGroups/first/")), guest.said());
      assertEquals(1, guest.lines().stream().filter(line -> line.contains("a profiler runs already")).count(), guest.said());
    }
  }

  @Test
  void ofTwoInClassLoadersOfTheirOwnOneRunsUntilItIsStopped() throws Exception {
    try (Recorder server = new Recorder()) {
      Guest guest = new Guest.Builder(directory, server.url()).program(TwoLoaders.class).alone().how(server.url()).start();
      guest.waitFor(() -> server.calls.stream().anyMatch(call -> call.isProfile && call.path.contains("/third/")));
      guest.end();
      assertTrue(server.calls.stream().noneMatch(call -> call.path.contains("/second/")), guest.said());
      assertEquals(1, guest.lines().stream().filter(line -> line.contains("a profiler runs already")).count(), guest.said());
    }
  }

  /** Programs that have one give leave to code of their own. */
  @ParameterizedTest
  @MethodSource("dev.wick.agent.host.GuestAndServer#javas")
  void whereASecurityManagerForbidsItThatIsSaidAndTheProgramIsAsAlone(String java) throws Exception {
    if (GuestAndServer.feature(java) >= 24) abort("this JDK has no security managers");
    Path policy = Files.writeString(directory.resolve("policy"),
        "grant codeBase \"file:${user.dir}/target/test-classes/\" { permission java.security.AllPermission; };");
    Guest guest = new Guest.Builder(directory, "http://127.0.0.1:9").java(java).how("exit")
        .flag("-Djava.security.manager").flag("-Djava.security.policy==" + policy).start();
    assertEquals(3, guest.exitCode(), guest.said());
    assertEquals("hello\n", guest.printed());
    assertEquals(1, guest.lines().size(), guest.said());
    assertTrue(guest.lines().get(0).startsWith("wick-agent: not started: access denied"), guest.said());
  }

  @Test
  void stoppedHoweverSoonAfterItsStartItLeavesNoThreadBehindAndCanBeStartedAgain() throws Exception {
    try (Recorder server = new Recorder()) {
      Guest guest = new Guest.Builder(directory, server.url()).startedInCode().how("stop").start();
      // It prints the threads that are left, which is not what it prints alone.
      guest.end();
      assertFalse(guest.said().contains("runs already"), guest.said());
    }
  }

  /** A class of the sampler's that is none. */
  @Test
  void whereItCannotSampleNothingIsLeftToReport() throws Exception {
    Path broken = Files.createDirectories(directory.resolve("broken/dev/wick/agent"));
    Files.writeString(broken.resolve("CpuQuota.class"), "not a class");
    try (Recorder server = new Recorder()) {
      Guest guest = new Guest.Builder(directory, server.url()).startedInCode().how("stop")
          .flag("-Xbootclasspath/a:" + directory.resolve("broken")).start();
      guest.end();
      assertTrue(guest.said().contains("stopped: java.lang.ClassFormatError"), guest.said());
    }
  }

  @Test
  void aProgramThatEndsAtOnceIsNotKeptByAServerThatIsSilent() throws Exception {
    try (Recorder server = new Recorder()) {
      server.handler = (exchange, call) -> {
        try {
          Thread.sleep(60_000);
        } catch (InterruptedException closed) {
          // With the test.
        }
        return true;
      };
      long alone = System.nanoTime();
      Process program = new ProcessBuilder(
          Guest.ownJava(), "-cp", "target/test-classes", "dev.wick.agent.host.Host", "nowhere", "exit").start();
      assertEquals(3, program.waitFor());
      alone = System.nanoTime() - alone;
      long with = System.nanoTime();
      Guest guest = new Guest.Builder(directory, server.url()).how("exit").start();
      assertEquals(3, guest.exitCode());
      with = System.nanoTime() - with;
      assertEquals("hello\n", guest.printed());
      // Twice for a machine that is busier now.
      assertTrue(with <= 2 * alone + 2_000_000_000L, with / 1_000_000 + " ms, alone " + alone / 1_000_000);
    }
  }
}

package dev.wick.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** A {@link Host} that runs under the agent. */
final class Guest {
  /** Much more than anything takes; a machine may be busy. */
  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final Path out;
  private final Path err;
  private final Path end;
  private final Thread[] copying;

  private Guest(Process process, Path out, Path err, Path end, Thread... copying) {
    this.process = process;
    this.out = out;
    this.err = err;
    this.end = end;
    this.copying = copying;
  }

  /** How to start one. */
  static final class Builder {
    private final Path directory;
    private final String url;
    private String java = ownJava();
    private String arguments = "";
    private String how;
    private Class<?> program = Host.class;
    private boolean isStartedInCode;
    private boolean isAlone;
    private List<String> around = List.of();
    private final List<String> flags = new ArrayList<>();
    private final List<String> environment = new ArrayList<>();

    Builder(Path directory, String url) {
      this.directory = directory;
      this.url = url;
    }

    Builder java(String program) {
      java = program;
      return this;
    }

    /** Of the agent, {@code ,key:value}. */
    Builder arguments(String more) {
      arguments = more;
      return this;
    }

    Builder flag(String flag) {
      flags.add(flag);
      return this;
    }

    Builder environment(String name, String value) {
      environment.add(name);
      environment.add(value);
      return this;
    }

    /** In place of {@link Host}: one that is {@link Told}. */
    Builder program(Class<?> mainClass) {
      program = mainClass;
      return this;
    }

    /** What the program does in place of running until told. */
    Builder how(String what) {
      how = what;
      return this;
    }

    /** The program starts the agent, not the JVM. */
    Builder startedInCode() {
      isStartedInCode = true;
      return this;
    }

    /** The JVM starts no agent. */
    Builder alone() {
      isAlone = true;
      return this;
    }

    /** No file takes a byte of it. */
    Builder withoutWriting() {
      around = List.of("sh", "-c", "ulimit -f 0; exec \"$@\"", "guest");
      return flag("-XX:-UsePerfData");
    }

    /** Its temporary directory is a file system of so many megabytes. */
    Builder withRoomFor(int megabytes) throws IOException {
      Path temporary = Files.createDirectory(directory.resolve("temporary"));
      String script = "mount -t tmpfs -o size=\"$1\"m none \"$0\" && shift && exec \"$@\"";
      around = List.of("unshare", "-m", "sh", "-c", script, temporary.toString(), "" + megabytes);
      return flag("-Djava.io.tmpdir=" + temporary);
    }

    /** Under as much of the CPU as the group has. */
    Builder within(CpuGroup group) {
      around = group.around();
      return this;
    }

    Guest start() throws IOException {
      Path end = directory.resolve("end");
      List<String> command = new ArrayList<>(around);
      command.add(java);
      command.addAll(flags);
      if (isStartedInCode) {
        command.addAll(List.of(
            "-cp", "target/wick-agent.jar:target/test-classes", StartedInCode.class.getName(), end.toString(), url));
      } else {
        if (!isAlone) command.add("-javaagent:target/wick-agent.jar=profilingGroupName:shop,endpoint:" + url + arguments);
        command.addAll(List.of("-cp", "target/test-classes", program.getName(), end.toString()));
      }
      if (how != null) command.add(how);
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.toUpperCase().endsWith("_PROXY"));
      builder.environment().putAll(Map.of(
          "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "fakeSecretForTestsOnly",
          "AWS_EC2_METADATA_DISABLED", "true", "WICK_KILL_SWITCH_FILE", directory.resolve("kill").toString()));
      for (int i = 0; i < environment.size(); i += 2) builder.environment().put(environment.get(i), environment.get(i + 1));
      Process process = builder.start();
      // A test that fails leaves nothing behind.
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      Path out = directory.resolve("out");
      Path err = directory.resolve("err");
      return new Guest(
          process, out, err, end, copying(process.getInputStream(), out), copying(process.getErrorStream(), err));
    }
  }

  static String ownJava() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** What the agent, and the program, wrote to standard error. */
  String said() {
    try {
      return Files.readString(err);
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }

  /** What the agent said. */
  List<String> lines() {
    return said().lines().filter(line -> line.startsWith("wick-agent")).collect(Collectors.toList());
  }

  String printed() throws IOException {
    return Files.readString(out);
  }

  void waitFor(BooleanSupplier condition) throws InterruptedException {
    for (int tries = 0; tries < PATIENCE_SECONDS * 10 && !condition.getAsBoolean(); tries++) {
      assertTrue(process.isAlive(), () -> "the program ended: " + said());
      Thread.sleep(100);
    }
    assertTrue(condition.getAsBoolean(), () -> "waited in vain; the agent says: " + said());
  }

  /** Tells it to end, which it does as it would alone. */
  void end() throws Exception {
    Files.createFile(end);
    assertEquals(3, exitCode());
    assertEquals("hello\nbye\n", printed());
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the program does not end: " + said());
    }
    for (Thread thread : copying) thread.join();
    return process.exitValue();
  }

  /** Through a pipe: the program itself may not be able to write to a file. */
  private static Thread copying(InputStream from, Path to) throws IOException {
    OutputStream out = Files.newOutputStream(to);
    Thread thread = new Thread(() -> {
      try (out) {
        from.transferTo(out);
      } catch (IOException ended) {
        // With the program.
      }
    });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}

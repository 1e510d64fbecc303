package dev.wick.agent.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of a program under the agent stand on: a directory for it, and a server that writes down what it is told. */
abstract class GuestAndServer {
  @TempDir Path directory;

  Recorder server;

  /** The JDKs of this machine, as scripts/test-agent-java.sh found them. */
  static List<String> javas() {
    List<String> javas = new ArrayList<>();
    for (String java : System.getProperty("wick.javas", "").split(":")) if (!java.isEmpty()) javas.add(java);
    if (javas.isEmpty()) javas.add(Guest.ownJava());
    return javas;
  }

  /** The number of a JDK's release: 17. */
  static int feature(String java) throws IOException {
    String release = Files.readString(Path.of(java).getParent().resolveSibling("release"));
    return Integer.parseInt(release.replaceAll("(?s).*JAVA_VERSION=\"(\\d+).*", "$1"));
  }

  @BeforeEach
  void listen() throws Exception {
    server = new Recorder();
  }

  @AfterEach
  void close() {
    server.close();
  }
}

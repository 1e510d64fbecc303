package dev.wick.agent;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What the agent says: a line on stderr for each change of state. Written to the file descriptor, because System.err and
 * java.util.logging belong to the host, and starting either has effects there.
 */
public final class Log {
  private static final FileOutputStream STDERR = new FileOutputStream(FileDescriptor.err);

  private String last = "";

  /** Says it, unless it was the last thing said. */
  public synchronized void say(String line) {
    if (line.equals(last)) return;
    last = line;
    try {
      STDERR.write(("wick-agent: " + line.replaceAll("\\s+", " ") + '\n').getBytes(StandardCharsets.UTF_8));
    } catch (IOException nobodyListens) {
      // Nothing to be done, and nobody to tell.
    }
  }
}

package dev.wick.agent.host;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fills its temporary directory, 4 MB in a quarter of a second, to the last byte. */
public final class Filler {
  private Filler() {}

  public static void main(String[] args) throws Exception {
    byte[] some = new byte[4 << 20];
    try (OutputStream out = Files.newOutputStream(Path.of(System.getProperty("java.io.tmpdir"), "filled"))) {
      Told.repeat(args, () -> {
        Thread.sleep(250);
        Host.compute();
        try {
          out.write(some);
        } catch (IOException full) {
          System.err.println("full");
        }
      });
    }
  }
}

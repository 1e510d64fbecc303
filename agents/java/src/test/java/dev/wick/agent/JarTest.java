package dev.wick.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

class JarTest {
  private static final int JAVA_11 = 55;
  private static final int JAVA_17 = 61;

  @Test
  void everyClassLoadsOnJava11ButThoseThatAreLoadedByNameOnJava17() throws Exception {
    int classes = 0;
    try (JarFile jar = new JarFile("target/wick-agent.jar")) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (!entry.getName().endsWith(".class")) continue;
        classes++;
        assertTrue(entry.getName().startsWith("dev/wick/agent/"), entry.getName());
        try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
          assertEquals(0xCAFEBABE, in.readInt());
          in.readUnsignedShort();
          boolean isLater = entry.getName().matches("dev/wick/agent/jfr/(EventStream|HeapEvents|CpuEvents)[$.].*");
          assertEquals(isLater ? JAVA_17 : JAVA_11, in.readUnsignedShort(), entry.getName());
        }
      }
    }
    assertTrue(classes > 30, classes + " classes");
  }
}

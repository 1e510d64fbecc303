package dev.wick.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OfflineBufferTest {
  private static final long LARGE_HEAP = 1L << 30;

  private static OfflineBuffer.Post post(String token, int bytes) {
    return new OfflineBuffer.Post(token, new byte[bytes], false);
  }

  /** Newest first; empties it. */
  private static List<String> tokens(OfflineBuffer buffer) {
    List<String> tokens = new ArrayList<>();
    for (OfflineBuffer.Post post = buffer.newest(); post != null; post = buffer.newest()) {
      tokens.add(post.token);
      buffer.remove(post);
    }
    return tokens;
  }

  @Test
  void twelveAreKeptTheNewestFirst() {
    OfflineBuffer buffer = new OfflineBuffer(LARGE_HEAP);
    int gone = 0;
    for (int i = 0; i < 20; i++) gone += buffer.add(post("p" + i, 10));
    assertEquals(8, gone);
    assertEquals(
        List.of("p19", "p18", "p17", "p16", "p15", "p14", "p13", "p12", "p11", "p10", "p9", "p8"), tokens(buffer));
  }

  @Test
  void fiveMegabytesAtMostWhateverComes() {
    OfflineBuffer buffer = new OfflineBuffer(LARGE_HEAP);
    Random random = new Random(1);
    long last = 0;
    for (int i = 0; i < 1000; i++) {
      buffer.add(post("p" + i, 1 + random.nextInt(2_000_000)));
      if (i % 7 == 0) buffer.remove(buffer.newest());
      last = buffer.bytes();
      assertTrue(last <= 5 * 1024 * 1024, last + " bytes");
    }
    assertTrue(last > 0);
  }

  @Test
  void inASmallHeapLess() {
    OfflineBuffer buffer = new OfflineBuffer(50 * 1000);
    for (int i = 0; i < 5; i++) buffer.add(post("p" + i, 400));
    assertEquals(List.of("p4", "p3"), tokens(buffer));
  }

  @Test
  void theNewestStaysHoweverLarge() {
    OfflineBuffer buffer = new OfflineBuffer(LARGE_HEAP);
    buffer.add(post("small", 10));
    buffer.add(post("large", 6_000_000));
    assertEquals(List.of("large"), tokens(buffer));
  }
}

package dev.wick.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wick.agent.profile.CallTree;
import dev.wick.agent.profile.CpuSamples;
import dev.wick.agent.profile.FrameTable;
import dev.wick.agent.profile.ThreadState;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that are made to fill an agent's memory: a million paths, none seen twice, in all states, with names of their own. */
class MemoryTest {
  private static final long MEGABYTE = 1 << 20;

  @Test
  void theBoundIsTenMegabytesAndA32ndOfSmallHeaps() {
    assertEquals(10 * MEGABYTE, SamplingLoop.bound(4096 * MEGABYTE));
    assertEquals(10 * MEGABYTE, SamplingLoop.bound(Long.MAX_VALUE));
    assertEquals(4 * MEGABYTE, SamplingLoop.bound(128 * MEGABYTE));
    assertEquals(MEGABYTE, SamplingLoop.bound(16 * MEGABYTE));
  }

  @ParameterizedTest
  @CsvSource({"10, 1000, 20", "10, 1000000, 8", "10, 1000, 2", "1, 1000, 8", "1, 1000000, 2"})
  void treeAndNamesStayWithinTheirBoundAndWhatIsHeavyStays(int megabytes, int names, int depth) {
    long bound = megabytes * MEGABYTE;
    FrameTable frames = new FrameTable(bound / 2);
    CallTree tree = CallTree.within(bound / 2);
    Random random = new Random(1);
    int[] hot = {frames.frame("shop.Main", "main", "Main.java"), 1, frames.frame("shop.Cart", "total", "Cart.java"), 2};
    long most = 0;
    for (int i = 0; i < 1_000_000; i++) {
      int[] stack = new int[2 * (1 + random.nextInt(depth))];
      for (int at = 0; at < stack.length; at += 2) {
        stack[at] = frames.frame("generated.Class" + random.nextInt(names) + "$$Lambda", "run", "Generated.java");
        stack[at + 1] = random.nextInt(10_000);
      }
      int node = tree.node(stack, stack.length);
      for (int state = 0; state < ThreadState.COUNT; state++) tree.weights().add(node, ThreadState.of(state), 1);
      if (i % 10 == 0) tree.weights().add(tree.node(hot, hot.length), ThreadState.RUNNABLE, 10);
      most = Math.max(most, tree.bytes() + frames.bytes());
    }
    assertTrue(most <= bound, most + " bytes of " + bound);
    assertTrue(frames.isFull() || tree.foldings() > 0);
    assertEquals(1_000_000L * ThreadState.COUNT + 1_000_000, tree.weights().totalMicros());
    long kept = 0;
    for (int row = 0; row < tree.weights().size(); row++) {
      int node = tree.weights().node(row);
      if (frames.name(tree.frame(node)).equals("shop.Cart.total")) kept += tree.weights().micros(row);
    }
    assertTrue(kept >= 1_000_000, kept + " µs of what is heavy");
  }

  @ParameterizedTest
  @ValueSource(longs = {1 << 18, 5 << 19})
  void cpuSamplesStayWithinTheirs(long bound) {
    CpuSamples samples = new CpuSamples(true, 1, bound);
    Random random = new Random(1);
    long most = 0;
    for (int i = 0; i < 200_000; i++) {
      if (i % 100_000 == 0) samples.clear();
      int[] stack = new int[2 * (1 + random.nextInt(8))];
      for (int at = 0; at < stack.length; at += 2) {
        stack[at] = samples.frames().frame("generated.Class" + random.nextInt(100_000) + "$$Lambda", "run", null);
        stack[at + 1] = random.nextInt(10_000);
      }
      samples.add(stack, stack.length, 20_000);
      most = Math.max(most, samples.bytes());
    }
    assertTrue(most <= bound && most > bound / 4, most + " bytes of " + bound);
  }
}

package dev.wick.agent.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CallTreeTest {
  private final FrameTable frames = new FrameTable(1 << 20);

  @Test
  void aTreeHoldsWhatAMapOfStacksHolds() {
    CallTree tree = new CallTree(100_000);
    Map<String, Long> expected = new HashMap<>();
    Random random = new Random(1);
    for (int i = 0; i < 5000; i++) {
      int[] stack = randomStack(random, 6, 5);
      ThreadState state = ThreadState.of(random.nextInt(ThreadState.COUNT));
      tree.weights().add(tree.node(stack, stack.length), state, i);
      expected.merge(path(stack) + state, (long) i, Long::sum);
    }
    assertEquals(expected, sums(tree));
  }

  @Test
  void aFullTreeKeepsWhatIsHeavyAndTheSum() {
    CallTree tree = new CallTree(1000);
    Random random = new Random(2);
    int[] hot = {frame("main"), 1, frame("hot"), 2};
    long total = 0;
    for (int i = 0; i < 50_000; i++) {
      boolean isHot = i % 3 == 0;
      int[] stack = isHot ? hot : randomStack(random, 8, 40);
      tree.weights().add(tree.node(stack, stack.length), ThreadState.RUNNABLE, 10);
      total += 10;
      assertTrue(tree.size() <= 1000 + 9);
    }
    assertTrue(tree.foldings() > 0);
    assertEquals(total, tree.weights().totalMicros());
    assertEquals(total, sums(tree).values().stream().mapToLong(Long::longValue).sum());
    assertEquals(50_000 / 3 * 10 + 10, sums(tree).get("/T.main/T.hotRUNNABLE"), 10);
    assertTrue(sums(tree).keySet().stream().anyMatch(path -> path.contains("<other>")));
  }

  @Test
  void linesOfANodeAreARange() {
    CallTree tree = new CallTree(100);
    int node = 0;
    for (int line : new int[] {7, 3, 0, 9}) node = tree.node(new int[] {frame("main"), line}, 2);
    assertEquals(3, tree.firstLine(node));
    assertEquals(9, tree.lastLine(node));
  }

  @Test
  void framesBeyondTheBoundAreOther() {
    FrameTable small = new FrameTable(10_000);
    for (int i = 0; i < 10_000; i++) small.frame("com.shop.Generated" + i, "run", null);
    assertTrue(small.isFull());
    assertTrue(small.bytes() <= 10_000);
    assertEquals("<other>", small.name(small.frame("com.shop.Late", "run", null)));
    assertEquals("com.shop.Generated3.run", small.name(small.frame("com.shop.Generated3", "run", null)));
  }

  private int frame(String name) {
    return frames.frame("T", name, "T.java");
  }

  private int[] randomStack(Random random, int depth, int width) {
    int[] stack = new int[2 * (1 + random.nextInt(depth))];
    for (int i = 0; i < stack.length; i += 2) {
      stack[i] = frame("m" + random.nextInt(width));
      stack[i + 1] = random.nextInt(50);
    }
    return stack;
  }

  private String path(int[] stack) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < stack.length; i += 2) path.append('/').append(frames.name(stack[i]));
    return path.toString();
  }

  private Map<String, Long> sums(CallTree tree) {
    Map<String, Long> sums = new HashMap<>();
    for (int row = 0; row < tree.weights().size(); row++) {
      String path = "";
      for (int node = tree.weights().node(row); node > 0; node = tree.parent(node)) {
        path = '/' + frames.name(tree.frame(node)) + path;
      }
      sums.merge(path + tree.weights().state(row), tree.weights().micros(row), Long::sum);
    }
    return sums;
  }
}

package dev.wick.agent.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** CPU samples move the running time of a tree, and neither make nor lose any. */
class CpuSamplesTest {
  private static final int ALL = Integer.MAX_VALUE;
  private static final long SPAN = 1_000_000;
  private static final long MUCH = 1 << 20;
  private static final int DEPTH = 1000;

  private final FrameTable frames = new FrameTable(1 << 20);
  private final CallTree tree = new CallTree(1000);

  private static int[] stack(FrameTable of, String path) {
    String[] methods = path.split(" ");
    int[] stack = new int[methods.length * 2];
    for (int i = 0; i < methods.length; i++) stack[i * 2] = of.frame("T", methods[i], "T.java");
    return stack;
  }

  private void seen(String path, ThreadState state, long micros) {
    int[] stack = stack(frames, path);
    tree.weights().add(tree.node(stack, stack.length), state, micros);
  }

  private static CpuSamples samples(CpuSamples samples, String path, int count) {
    int[] stack = stack(samples.frames(), path);
    for (int i = 0; i < count; i++) samples.add(stack, stack.length, 20_000);
    return samples;
  }

  private Map<String, Long> micros() {
    Map<String, Long> micros = new TreeMap<>();
    for (int row = 0; row < tree.weights().size(); row++) {
      if (tree.weights().micros(row) == 0) continue;
      String path = "";
      for (int node = tree.weights().node(row); node > 0; node = tree.parent(node)) {
        path = frames.name(tree.frame(node)).substring(2) + ' ' + path;
      }
      micros.merge(path + tree.weights().state(row), tree.weights().micros(row), Long::sum);
    }
    return micros;
  }

  @Test
  void samplesOfAllCpuTimeSayWhereRunningTimeWasSpent() {
    seen("run caller", ThreadState.RUNNABLE, 1_000_000);
    seen("run sleep", ThreadState.TIMED_WAITING, 1_000_000);
    CpuSamples samples = new CpuSamples(true, ALL, MUCH);
    samples(samples, "run caller loop", 40);
    samples(samples, "run other", 10);
    samples.shareOut(tree, frames, 1_000_000, SPAN, DEPTH);
    assertEquals(
        Map.of("run caller loop RUNNABLE", 800_000L, "run other RUNNABLE", 200_000L, "run sleep TIMED_WAITING", 1_000_000L), micros());
    assertEquals(2_000_000, tree.weights().totalMicros());
  }

  /** Half of what ran had no processor half of the time: the CPU clock knows. */
  @Test
  void timeWithoutAProcessorIsSharedOutAlike() {
    seen("run", ThreadState.RUNNABLE, 4_000_000);
    CpuSamples samples = samples(new CpuSamples(true, ALL, MUCH), "run loop", 50);
    samples.shareOut(tree, frames, 1_000_000, SPAN, DEPTH);
    assertEquals(Map.of("run loop RUNNABLE", 4_000_000L), micros());
  }

  @Test
  void whereSamplesAreMissingTheTreeStaysAsItWas() {
    seen("run a", ThreadState.RUNNABLE, 750_000);
    seen("run b", ThreadState.RUNNABLE, 250_000);
    CpuSamples samples = samples(new CpuSamples(true, ALL, MUCH), "run c", 5);
    samples.shareOut(tree, frames, 1_000_000, SPAN, DEPTH);
    assertEquals(Map.of("run a RUNNABLE", 675_000L, "run b RUNNABLE", 225_000L, "run c RUNNABLE", 100_000L), micros());
  }

  @Test
  void withoutSamplesOrRunningTimeNothingHappens() {
    seen("run sleep", ThreadState.WAITING, 1_000_000);
    samples(new CpuSamples(true, ALL, MUCH), "run", 5).shareOut(tree, frames, 1_000_000, SPAN, DEPTH);
    seen("run a", ThreadState.RUNNABLE, 7);
    new CpuSamples(true, ALL, MUCH).shareOut(tree, frames, 1_000_000, SPAN, DEPTH);
    assertEquals(Map.of("run sleep WAITING", 1_000_000L, "run a RUNNABLE", 7L), micros());
  }

  @Test
  void runningNativeCodeKeepsItsTimeWhereSamplesDoNotCoverIt() {
    seen("run deflate", ThreadState.RUNNABLE, 600_000);
    frames.setNative(frames.frame("T", "deflate", "T.java"));
    seen("run java", ThreadState.RUNNABLE, 400_000);
    samples(new CpuSamples(false, 5, MUCH), "run java loop", 20).shareOut(tree, frames, 1_000_000, SPAN, DEPTH);
    assertEquals(Map.of("run deflate RUNNABLE", 600_000L, "run java loop RUNNABLE", 400_000L), micros());
  }

  /** Ten threads ran all the time, five at a tick were sampled: 250 samples of 20 ms are ten seconds. */
  @Test
  void ofMoreThreadsThanAreSampledAtOnceEachSampleStandsForSeveral() {
    seen("run", ThreadState.RUNNABLE, 10_000_000);
    samples(new CpuSamples(false, 5, MUCH), "run loop", 250).shareOut(tree, frames, -1, SPAN, DEPTH);
    assertEquals(Map.of("run loop RUNNABLE", 10_000_000L), micros());
  }

  @Test
  void ofADeepStackTheOuterFramesAreKept() {
    seen("a b", ThreadState.RUNNABLE, 100_000);
    samples(new CpuSamples(true, ALL, MUCH), "a b c d e", 5).shareOut(tree, frames, 100_000, SPAN, 3);
    int[] cut = {frames.frame("T", "a", null), 0, frames.frame("T", "b", null), 0, FrameTable.TRUNCATED, 0};
    int nodes = tree.size();
    int node = tree.node(cut, cut.length);
    assertEquals(nodes, tree.size());
    assertEquals(node, tree.weights().node(tree.weights().size() - 1));
    assertEquals(100_000, tree.weights().micros(tree.weights().size() - 1));
  }

  @Test
  void noMicrosecondIsLostByRounding() {
    seen("run a", ThreadState.RUNNABLE, 333_333);
    seen("run b", ThreadState.RUNNABLE, 666_668);
    CpuSamples samples = new CpuSamples(true, ALL, MUCH);
    for (int i = 0; i < 7; i++) samples(samples, "run x" + i, 1);
    samples.shareOut(tree, frames, -1, SPAN, DEPTH);
    assertEquals(1_000_001, tree.weights().totalMicros());
    assertEquals(1_000_001, micros().values().stream().mapToLong(Long::longValue).sum());
  }
}

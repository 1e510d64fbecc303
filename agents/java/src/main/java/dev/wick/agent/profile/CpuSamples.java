package dev.wick.agent.profile;

/**
 * Stacks on which threads used CPU time, as somebody else than the wall sampler saw them: also where compiled code has no safepoint.
 * They say on which paths the running time of a call tree was spent; how much it was is for the tree to say.
 */
public final class CpuSamples {
  private final boolean coversNative;
  private final int maxThreads;
  private final long maxBytes;
  private FrameTable frames;
  private CallTree tree;
  private int count;

  /**
   * @param coversNative whether threads in native code are sampled too
   * @param maxThreads sampled at one moment; of more that run, a sample stands for several
   * @param maxBytes that they and their names may take
   */
  public CpuSamples(boolean coversNative, int maxThreads, long maxBytes) {
    this.coversNative = coversNative;
    this.maxThreads = maxThreads;
    this.maxBytes = maxBytes;
    clear();
  }

  /** Whose numbers are in the stacks that are added. */
  public FrameTable frames() {
    return frames;
  }

  /** Since they were last cleared. */
  public int count() {
    return count;
  }

  /** Memory in use, roughly. */
  public long bytes() {
    return frames.bytes() + tree.bytes();
  }

  /**
   * @param stack frames and their lines in turn, outermost first
   * @param length how many ints of it count
   * @param micros the time that the sample stands for
   */
  public void add(int[] stack, int length, long micros) {
    tree.weights().add(tree.node(stack, length), ThreadState.RUNNABLE, micros);
    count++;
  }

  public void clear() {
    if (frames == null || frames.isFull()) frames = new FrameTable(maxBytes / 2);
    tree = CallTree.within(maxBytes / 2);
    count = 0;
  }

  /**
   * Shares out the running time of a tree anew: a part of all paths' time goes to the paths of these samples. The part is what the
   * samples cover of the CPU time there was, so where many are missing the tree stays much as it was. No time is made or lost, and
   * that of other states is not touched; nor is running native code where the samples do not cover it.
   *
   * @param into the wall sampler's
   * @param names of its frames
   * @param cpuMicros that its threads used; negative where it is not known
   * @param spanMicros that both looked
   * @param maxDepth frames kept of a stack, as of the wall sampler's
   */
  public void shareOut(CallTree into, FrameTable names, long cpuMicros, long spanMicros, int maxDepth) {
    WeightTable rows = into.weights();
    long all = 0;
    long theirs = 0;
    for (int row = 0; row < rows.size(); row++) {
      if (rows.state(row) != ThreadState.RUNNABLE) continue;
      all += rows.micros(row);
      if (isCovered(into, names, row)) theirs += rows.micros(row);
    }
    if (theirs == 0 || count == 0) return;
    // A thread that waits for a processor is running to Java, and uses no time.
    double cpu = cpuMicros < 0 ? theirs : Math.min(theirs, (double) cpuMicros * theirs / all);
    double standsFor = Math.max(1, (double) theirs / spanMicros / maxThreads);
    double part = Math.min(1, tree.weights().totalMicros() * standsFor / Math.max(1, cpu));
    long freed = 0;
    for (int row = 0; row < rows.size(); row++) {
      if (rows.state(row) != ThreadState.RUNNABLE || !isCovered(into, names, row)) continue;
      long time = Math.round(rows.micros(row) * part);
      rows.subtract(row, time);
      freed += time;
    }
    give(freed, into, names, maxDepth);
  }

  private boolean isCovered(CallTree of, FrameTable names, int row) {
    return coversNative || !names.isNative(of.frame(of.weights().node(row)));
  }

  /** Running sums are rounded, so all of it is given. */
  private void give(long time, CallTree into, FrameTable names, int maxDepth) {
    int[] numbers = new int[frames.size()];
    java.util.Arrays.fill(numbers, -1);
    int[] stack = new int[64];
    WeightTable samples = tree.weights();
    long running = 0;
    long given = 0;
    for (int row = 0; row < samples.size(); row++) {
      int depth = 0;
      for (int node = samples.node(row); node > 0; node = tree.parent(node)) depth++;
      if (stack.length < depth * 2) stack = new int[depth * 4];
      int at = depth * 2;
      for (int node = samples.node(row); node > 0; node = tree.parent(node)) {
        int frame = tree.frame(node);
        if (numbers[frame] < 0) numbers[frame] = names.frameOf(frames, frame);
        at -= 2;
        stack[at] = numbers[frame];
        stack[at + 1] = tree.firstLine(node);
      }
      if (depth > maxDepth) {
        depth = maxDepth;
        stack[depth * 2 - 2] = FrameTable.TRUNCATED;
        stack[depth * 2 - 1] = 0;
      }
      running += samples.micros(row);
      long until = Math.round((double) running / samples.totalMicros() * time);
      into.weights().add(into.node(stack, depth * 2), ThreadState.RUNNABLE, until - given);
      given = until;
    }
  }
}

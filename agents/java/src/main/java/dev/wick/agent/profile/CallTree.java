package dev.wick.agent.profile;

import java.util.Arrays;

/**
 * A growing call tree: one column for each property of a node, parents before children, node 0 the root. The time of a node as
 * leaf is kept by thread state, in microseconds.
 *
 * <p>Bounded: at {@code maxNodes} the lightest leaves are folded into a child {@code <other>} of their parents, so what is heavy
 * stays and the sum is kept.
 */
public final class CallTree {
  /** Memory of a node in all columns, half of the hash tables free. */
  private static final int BYTES_PER_NODE = 48;

  private static final int NO_LINE = 0;

  private final int maxNodes;
  private int size;
  private int[] parents = new int[512];
  private int[] frames = new int[512];
  /** Lines seen, from and to; 0 where none is known. */
  private int[] firstLines = new int[512];
  private int[] lastLines = new int[512];
  /** (parent, frame) → node, open addressing; 0 is free, since the root is nobody's child. */
  private int[] slots = new int[1024];
  private final WeightTable weights = new WeightTable();
  /** How often nodes had to be folded. */
  private int foldings;

  /** @param maxNodes at least 16 */
  public CallTree(int maxNodes) {
    this.maxNodes = Math.max(16, maxNodes);
    parents[0] = -1;
    size = 1;
  }

  /** With as many nodes as have room. Its columns double when they are full, so it is a power of two that fills them. */
  public static CallTree within(long bytes) {
    return new CallTree(Integer.highestOneBit((int) (bytes / BYTES_PER_NODE)));
  }

  /** How many nodes there are, the root included. */
  public int size() {
    return size;
  }

  public int parent(int node) {
    return parents[node];
  }

  public int frame(int node) {
    return frames[node];
  }

  /** The lowest line seen; 0 where none is known. */
  public int firstLine(int node) {
    return firstLines[node];
  }

  /** The highest line seen; 0 where none is known. */
  public int lastLine(int node) {
    return lastLines[node];
  }

  /** Time of nodes as leaves, by state. */
  public WeightTable weights() {
    return weights;
  }

  public int foldings() {
    return foldings;
  }

  /** Changes whenever nodes got other numbers: those remembered before mean nothing then. */
  public int numbering() {
    return foldings;
  }

  /** Memory in use, roughly. */
  public long bytes() {
    return (long) parents.length * 16 + slots.length * 4L + weights.bytes();
  }

  /**
   * The node of a stack, made where it is new.
   *
   * @param stack frames and their lines in turn, outermost first
   * @param length how many ints of it count
   */
  public int node(int[] stack, int length) {
    // A node may have time in each state: those rows need room as well.
    if (size + length / 2 > maxNodes || weights.size() > maxNodes / 4 * 3) fold();
    int node = 0;
    for (int i = 0; i < length; i += 2) {
      node = child(node, stack[i]);
      int line = stack[i + 1];
      if (line > NO_LINE) addLine(node, line);
    }
    return node;
  }

  private void addLine(int node, int line) {
    if (firstLines[node] == NO_LINE || line < firstLines[node]) firstLines[node] = line;
    if (line > lastLines[node]) lastLines[node] = line;
  }

  private int child(int parent, int frame) {
    int mask = slots.length - 1;
    int at = hash(parent, frame) & mask;
    for (; slots[at] != 0; at = (at + 1) & mask) {
      int node = slots[at];
      if (parents[node] == parent && frames[node] == frame) return node;
    }
    return add(parent, frame);
  }

  private int add(int parent, int frame) {
    if (size == parents.length) {
      int length = size * 2;
      parents = Arrays.copyOf(parents, length);
      frames = Arrays.copyOf(frames, length);
      firstLines = Arrays.copyOf(firstLines, length);
      lastLines = Arrays.copyOf(lastLines, length);
    }
    int node = size++;
    parents[node] = parent;
    frames[node] = frame;
    firstLines[node] = NO_LINE;
    lastLines[node] = NO_LINE;
    if (size * 2 > slots.length) {
      slots = new int[slots.length * 2];
      for (int i = 1; i < size; i++) place(i);
    } else {
      place(node);
    }
    return node;
  }

  private void place(int node) {
    int mask = slots.length - 1;
    int at = hash(parents[node], frames[node]) & mask;
    while (slots[at] != 0) at = (at + 1) & mask;
    slots[at] = node;
  }

  /** Keeps the heaviest nodes; the time of the others goes to an {@code <other>} below their nearest kept ancestor. */
  private void fold() {
    foldings++;
    long[] totals = new long[size];
    for (int i = 0; i < weights.size(); i++) totals[weights.node(i)] += weights.micros(i);
    for (int node = size - 1; node > 0; node--) totals[parents[node]] += totals[node];
    long[] sorted = Arrays.copyOfRange(totals, 1, size);
    Arrays.sort(sorted);
    // A node never weighs more than its parent, so what is above the bar is a tree.
    // Few enough that even with time in all states, theirs and that of an <other> each, there is room again.
    int most = weights.size() > maxNodes / 2 ? maxNodes / 16 : maxNodes / 4;
    long bar = sorted[sorted.length - Math.min(sorted.length, Math.max(1, most))];

    CallTree kept = new CallTree(maxNodes);
    int[] moved = new int[size];
    for (int node = 1; node < size; node++) {
      int parent = moved[parents[node]];
      boolean isKept = totals[node] > bar && parent >= 0;
      if (!isKept) {
        // -1 - the node that takes the time: an <other> is made when there is any.
        moved[node] = parent >= 0 ? -1 - parent : parent;
        continue;
      }
      int copy = kept.child(parent, frames[node]);
      kept.firstLines[copy] = firstLines[node];
      kept.lastLines[copy] = lastLines[node];
      moved[node] = copy;
    }
    for (int i = 0; i < weights.size(); i++) {
      int to = moved[weights.node(i)];
      int node = to >= 0 ? to : kept.otherBelow(-1 - to);
      kept.weights.add(node, weights.state(i), weights.micros(i));
    }
    size = kept.size;
    parents = kept.parents;
    frames = kept.frames;
    firstLines = kept.firstLines;
    lastLines = kept.lastLines;
    slots = kept.slots;
    weights.become(kept.weights);
  }

  private int otherBelow(int parent) {
    return frames[parent] == FrameTable.OTHER && parent != 0 ? parent : child(parent, FrameTable.OTHER);
  }

  private static int hash(int parent, int frame) {
    int hash = parent * 0x9E3779B1 + frame * 0x85EBCA6B;
    return hash ^ (hash >>> 15);
  }
}

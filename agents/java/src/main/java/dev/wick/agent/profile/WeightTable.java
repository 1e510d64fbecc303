package dev.wick.agent.profile;

/** (node, thread state) → microseconds, as columns in the order of first use, with an open-addressing index. */
public final class WeightTable {
  private int size;
  private int[] keys = new int[256];
  private long[] micros = new long[256];
  /** Key → its row plus one; 0 is free. */
  private int[] slots = new int[512];
  private long total;

  /** How many pairs have time. */
  public int size() {
    return size;
  }

  public int node(int row) {
    return keys[row] / ThreadState.COUNT;
  }

  public ThreadState state(int row) {
    return ThreadState.of(keys[row] % ThreadState.COUNT);
  }

  public long micros(int row) {
    return micros[row];
  }

  /** The time of all together. */
  public long totalMicros() {
    return total;
  }

  long bytes() {
    return keys.length * 12L + slots.length * 4L;
  }

  public void add(int node, ThreadState state, long time) {
    int key = node * ThreadState.COUNT + state.ordinal();
    total += time;
    int mask = slots.length - 1;
    int at = hash(key) & mask;
    for (; slots[at] != 0; at = (at + 1) & mask) {
      if (keys[slots[at] - 1] == key) {
        micros[slots[at] - 1] += time;
        return;
      }
    }
    if (size == keys.length) {
      keys = java.util.Arrays.copyOf(keys, size * 2);
      micros = java.util.Arrays.copyOf(micros, size * 2);
      slots = new int[slots.length * 2];
      for (int row = 0; row < size; row++) place(row);
    }
    keys[size] = key;
    micros[size] = time;
    place(size++);
  }

  /** @param time at most what the row has */
  void subtract(int row, long time) {
    micros[row] -= time;
    total -= time;
  }

  /** Takes the place of what was here. */
  void become(WeightTable other) {
    size = other.size;
    keys = other.keys;
    micros = other.micros;
    slots = other.slots;
    total = other.total;
  }

  private void place(int row) {
    int mask = slots.length - 1;
    int at = hash(keys[row]) & mask;
    while (slots[at] != 0) at = (at + 1) & mask;
    slots[at] = row + 1;
  }

  private static int hash(int key) {
    int hash = key * 0x9E3779B1;
    return hash ^ (hash >>> 15);
  }
}

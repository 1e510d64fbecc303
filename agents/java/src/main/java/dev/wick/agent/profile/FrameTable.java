package dev.wick.agent.profile;

import java.util.BitSet;

/**
 * The frames seen so far, numbered: a frame is a method of a class, by its name on the wire (`com.shop.Cart.total`).
 * Overloads are one frame, as are classes of one name in several loaders. Lives longer than one profile; bounded in bytes.
 */
public final class FrameTable {
  /** Where everything goes that no longer fits. */
  public static final int OTHER = 0;
  /** Stands for the callees of a stack that is too deep. */
  public static final int TRUNCATED = 1;

  /** The server refuses longer names. */
  static final int MAX_NAME_CHARS = 1024;
  /** What a frame costs beside its characters: headers of its string and three array slots, twice for the free half. */
  private static final int OVERHEAD_BYTES = 96;

  private final long maxBytes;
  private String[] classes = new String[256];
  private String[] methods = new String[256];
  private String[] names = new String[256];
  private String[] files = new String[256];
  private final BitSet natives = new BitSet();
  private int size;
  /** Open addressing over the frames; -1 is free. Always at most half full. */
  private int[] slots = filled(1024);
  private long bytes;
  private boolean full;

  /** @param maxBytes of memory for all frames together, roughly; more of them become {@link #OTHER} */
  public FrameTable(long maxBytes) {
    this.maxBytes = maxBytes;
    add("", "<other>", "<other>", null);
    add("", "<Truncated>", "<Truncated>", null);
  }

  /** The number of a method's frame. The strings of a stack trace are shared by the JVM: nothing is made for a known frame. */
  public int frame(String className, String method, String file) {
    int mask = slots.length - 1;
    for (int at = hash(className, method) & mask; ; at = (at + 1) & mask) {
      int frame = slots[at];
      if (frame < 0) break;
      if (methods[frame].equals(method) && classes[frame].equals(className)) {
        if (files[frame] == null) files[frame] = file;
        return frame;
      }
    }
    String name = className + '.' + method;
    if (name.length() > MAX_NAME_CHARS) name = name.substring(0, MAX_NAME_CHARS);
    if (bytes + cost(name, file) > maxBytes) {
      full = true;
      return OTHER;
    }
    return add(className, method, name, file);
  }

  /** The number here of a frame of another table. */
  int frameOf(FrameTable other, int frame) {
    return frame <= TRUNCATED ? frame : frame(other.classes[frame], other.methods[frame], other.files[frame]);
  }

  int size() {
    return size;
  }

  /** Takes note that a method is native. */
  public void setNative(int frame) {
    natives.set(frame);
  }

  boolean isNative(int frame) {
    return natives.get(frame);
  }

  /** The name of a frame on the wire. */
  public String name(int frame) {
    return names[frame];
  }

  /** The source file's name; null where it is not known. */
  public String file(int frame) {
    return files[frame];
  }

  /** Memory in use, roughly. */
  public long bytes() {
    return bytes;
  }

  /** Whether a frame had to become {@link #OTHER}. */
  public boolean isFull() {
    return full;
  }

  private int add(String className, String method, String name, String file) {
    if (size == names.length) grow();
    int frame = size++;
    classes[frame] = className;
    methods[frame] = method;
    names[frame] = name;
    files[frame] = file;
    bytes += cost(name, file);
    if (size * 2 > slots.length) {
      slots = filled(slots.length * 2);
      for (int i = 0; i < size; i++) place(i);
    } else {
      place(frame);
    }
    return frame;
  }

  private void place(int frame) {
    int mask = slots.length - 1;
    int at = hash(classes[frame], methods[frame]) & mask;
    while (slots[at] >= 0) at = (at + 1) & mask;
    slots[at] = frame;
  }

  private void grow() {
    int length = names.length * 2;
    classes = java.util.Arrays.copyOf(classes, length);
    methods = java.util.Arrays.copyOf(methods, length);
    names = java.util.Arrays.copyOf(names, length);
    files = java.util.Arrays.copyOf(files, length);
  }

  private static long cost(String name, String file) {
    return OVERHEAD_BYTES + name.length() + (file == null ? 0 : file.length());
  }

  private static int hash(String className, String method) {
    int hash = className.hashCode() * 31 + method.hashCode();
    return hash ^ (hash >>> 16);
  }

  private static int[] filled(int length) {
    int[] slots = new int[length];
    java.util.Arrays.fill(slots, -1);
    return slots;
  }
}

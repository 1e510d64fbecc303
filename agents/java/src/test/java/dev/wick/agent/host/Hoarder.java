package dev.wick.agent.host;

import java.util.ArrayList;
import java.util.List;

/** Keeps a million and a half small objects; collects the heap now and then where the second argument is {@code collect}. */
final class Hoarder {
  private static final int OBJECTS = 1_500_000;

  static final class Kept {
    long value;
  }

  public static void main(String[] args) throws Exception {
    List<Kept> kept = new ArrayList<>(OBJECTS);
    for (int i = 0; i < OBJECTS; i++) kept.add(new Kept());
    boolean collects = args.length > 1 && args[1].equals("collect");
    Told.repeat(args, () -> {
      Thread.sleep(200);
      kept.get(0).value++;
      if (collects) System.gc();
    });
  }
}

package dev.wick.agent.host;

import jdk.jfr.FlightRecorder;
import jdk.jfr.RecordingState;

/** What a program does that leaves much garbage where no collection meets it before somebody listens to Flight Recorder. */
final class Litterer {
  private static volatile byte[] sink;

  private Litterer() {}

  /** 100 MB. */
  static void litter() {
    for (int i = 0; i < 1000; i++) sink = new byte[100_000];
  }

  /** Collects the heap now and then, from when Flight Recorder is listened to. */
  static void tidy() {
    Told.daemon("tidy", () -> {
      while (FlightRecorder.getFlightRecorder().getRecordings().stream().noneMatch(one -> one.getState() == RecordingState.RUNNING)) {
        Thread.sleep(50);
      }
      while (true) {
        System.gc();
        Thread.sleep(200);
      }
    });
  }
}

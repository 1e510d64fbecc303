package dev.wick.agent.jfr;

import dev.wick.agent.profile.CallTree;
import dev.wick.agent.profile.CpuSamples;
import dev.wick.agent.profile.FrameTable;
import dev.wick.agent.sampler.ThreadSampler;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingStream;

/**
 * CPU samples: by each thread's CPU clock on Java 25 and newer on Linux, else of threads in Java code by the wall clock. Samples of
 * threads in native code that this wall clock takes ({@code jdk.NativeMethodSample}) count those that wait, so nobody listens to them.
 */
final class CpuEvents {
  /** By CPU clock, native code included. */
  private static final String BY_CPU = "jdk.CPUTimeSample";
  private static final String BY_WALL = "jdk.ExecutionSample";
  private static final long PERIOD_MICROS = 20_000;
  /** Flight Recorder samples no more threads than these at once by the wall clock. */
  private static final int MAX_THREADS_BY_WALL = 5;
  /** Of samples whose outer frames are missing, since Flight Recorder keeps 64: more of them, and none is used. */
  private static final double MAX_CUT_SHARE = 0.05;
  private static final int ADDRESS_CHARS = 18;

  private final Consumer<String> log;
  private final boolean byCpu = Runtime.version().feature() >= 25 && System.getProperty("os.name", "").equals("Linux");
  private final CpuSamples samples;
  private int[] stack = new int[256];
  private int cut;
  private boolean said;
  private RecordingStream stream;
  private boolean paused;

  CpuEvents(long maxBytes, Consumer<String> log) {
    samples = new CpuSamples(byCpu, byCpu ? Integer.MAX_VALUE : MAX_THREADS_BY_WALL, maxBytes);
    this.log = log;
  }

  synchronized void attach(RecordingStream events) {
    stream = events;
    if (byCpu) {
      stream.onEvent(BY_CPU, event -> sampled(event, event.getThread("eventThread"), event.getDuration("samplingPeriod").toNanos() / 1000));
    } else {
      stream.onEvent(BY_WALL, event -> sampled(event, event.getThread("sampledThread"), PERIOD_MICROS));
    }
    if (!paused) enable();
  }

  private void enable() {
    if (byCpu) stream.enable(BY_CPU).with("throttle", PERIOD_MICROS / 1000 + " ms");
    else stream.enable(BY_WALL).withPeriod(Duration.ofNanos(PERIOD_MICROS * 1000));
  }

  synchronized void pause(boolean wanted) {
    if (paused == wanted) return;
    paused = wanted;
    if (stream == null) return;
    if (paused) stream.disable(byCpu ? BY_CPU : BY_WALL);
    else enable();
    clear();
  }

  private synchronized void sampled(RecordedEvent event, RecordedThread thread, long micros) {
    RecordedStackTrace trace = event.getStackTrace();
    if (paused || trace == null || thread == null || !ThreadSampler.isOfProgram(String.valueOf(thread.getJavaName()))) return;
    if (trace.isTruncated()) {
      cut++;
      return;
    }
    List<RecordedFrame> frames = trace.getFrames();
    if (stack.length < frames.size() * 2) stack = new int[frames.size() * 2];
    int length = 0;
    for (int i = frames.size() - 1; i >= 0; i--) {
      RecordedFrame frame = frames.get(i);
      RecordedMethod method = frame.getMethod();
      if (!frame.isJavaFrame() || method == null) continue;
      String className = inStackTraces(method.getType().getName());
      stack[length] = samples.frames().frame(className, method.getName(), null);
      stack[length + 1] = Math.max(0, frame.getLineNumber());
      length += 2;
    }
    if (length > 0) samples.add(stack, length, micros);
  }

  synchronized int shareOut(CallTree tree, FrameTable frames, long cpuMicros, long spanMicros, int maxDepth) {
    int used = samples.count();
    if (cut > (used + cut) * MAX_CUT_SHARE) {
      used = 0;
      if (!said) {
        said = true;
        log.accept("CPU samples are not used: stacks are deeper than Flight Recorder keeps; start the program with"
            + " -XX:FlightRecorderOptions:stackdepth=256");
      }
    }
    if (used > 0) samples.shareOut(tree, frames, cpuMicros, spanMicros, maxDepth);
    clear();
    return used;
  }

  synchronized long bytes() {
    return samples.bytes();
  }

  private void clear() {
    samples.clear();
    cut = 0;
  }

  /**
   * The name that a stack trace has: of hidden classes (lambdas) Flight Recorder writes {@code Cart$$Lambda$14+0x0123456789abcdef.99} or
   * {@code Cart$$Lambda.0x0123456789abcdef}, where others write {@code Cart$$Lambda$14/0x0123456789abcdef}.
   */
  static String inStackTraces(String className) {
    int address = className.indexOf("0x");
    if (address <= 0 || className.length() < address + ADDRESS_CHARS) return className;
    char before = className.charAt(address - 1);
    if (before != '+' && before != '.') return className;
    return className.substring(0, address - 1) + '/' + className.substring(address, address + ADDRESS_CHARS);
  }
}

import java.util.zip.Deflater;

/** A Deflater, and its native memory, made for each short message. */
final class DeflaterNew {
  private static final byte[] MESSAGE = "{\"id\":7,\"state\":\"open\"}".getBytes();
  private static final byte[] OUT = new byte[256];

  private static volatile double total;

  public static void main(String[] arguments) throws Exception {
    Deflater kept = new Deflater();
    Program.run(arguments, DeflaterNew::with, () -> compressed(kept));
  }

  private static Object with() {
    Deflater deflater = new Deflater();
    try {
      return compressed(deflater);
    } finally {
      deflater.end();
    }
  }

  private static Object compressed(Deflater deflater) {
    // What else a request does.
    double sum = 0;
    for (int i = 1; i < 10_000; i++) sum += Math.sqrt(i);
    total = sum;
    deflater.reset();
    deflater.setInput(MESSAGE);
    deflater.finish();
    return deflater.deflate(OUT);
  }
}

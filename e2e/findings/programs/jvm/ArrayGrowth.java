import java.io.ByteArrayOutputStream;

/** A buffer that grows from 32 bytes to megabytes for each message. */
final class ArrayGrowth {
  private static final byte[] PART = new byte[4096];
  private static final int PARTS = 1024;

  public static void main(String[] arguments) throws Exception {
    Program.run(
        arguments,
        () -> message(new ByteArrayOutputStream()),
        () -> message(new ByteArrayOutputStream(PART.length * PARTS)));
  }

  private static Object message(ByteArrayOutputStream out) {
    for (int i = 0; i < PARTS; i++) out.write(PART, 0, PART.length);
    return out;
  }
}

import java.nio.ByteBuffer;

/** Direct memory taken for each message. */
final class DirectBuffers {
  private static final byte[] MESSAGE = new byte[16 * 1024];

  public static void main(String[] arguments) throws Exception {
    ByteBuffer kept = ByteBuffer.allocateDirect(MESSAGE.length);
    Program.run(arguments, () -> fill(ByteBuffer.allocateDirect(MESSAGE.length)), () -> fill(kept));
  }

  private static Object fill(ByteBuffer buffer) {
    return buffer.clear().put(MESSAGE).flip();
  }
}

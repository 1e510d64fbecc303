import java.security.MessageDigest;

/** A MessageDigest looked up among the providers for each short text. */
final class DigestGetInstance {
  private static final byte[] TEXT = new byte[24];

  public static void main(String[] arguments) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    Program.run(
        arguments,
        () -> MessageDigest.getInstance("SHA-256").digest(TEXT),
        // digest() leaves it as new.
        () -> digest.digest(TEXT));
  }
}

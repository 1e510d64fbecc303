import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The key of a cipher derived from its password for each message. */
final class KeyDerivation {
  private static final byte[] MESSAGE = new byte[4096];

  public static void main(String[] arguments) throws Exception {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    SecretKeySpec kept = arguments[0].equals("with") ? null : derive();
    Program.run(arguments, () -> encrypt(cipher, derive()), () -> encrypt(cipher, kept));
  }

  private static SecretKeySpec derive() throws Exception {
    PBEKeySpec password = new PBEKeySpec("correct horse".toCharArray(), new byte[16], 1000, 256);
    byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(password).getEncoded();
    return new SecretKeySpec(key, "AES");
  }

  private static byte[] encrypt(Cipher cipher, SecretKeySpec key) throws Exception {
    cipher.init(Cipher.ENCRYPT_MODE, key);
    return cipher.doFinal(MESSAGE);
  }
}

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;

/** A key pair made for each token that is signed. */
final class KeyGeneration {
  private static final byte[] TOKEN = new byte[64];

  public static void main(String[] arguments) throws Exception {
    KeyPair kept = arguments[0].equals("with") ? null : pair();
    Program.run(arguments, () -> sign(pair()), () -> sign(kept));
  }

  private static KeyPair pair() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private static byte[] sign(KeyPair pair) throws Exception {
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    signer.update(TOKEN);
    return signer.sign();
  }
}

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A Mac looked up among the providers for each message. */
final class CryptoGetInstance {
  private static final SecretKeySpec KEY = new SecretKeySpec(new byte[32], "HmacSHA256");
  private static final byte[] MESSAGE = new byte[24];

  public static void main(String[] arguments) throws Exception {
    Mac kept = mac();
    Program.run(arguments, () -> mac().doFinal(MESSAGE), () -> kept.doFinal(MESSAGE));
  }

  private static Mac mac() throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(KEY);
    return mac;
  }
}

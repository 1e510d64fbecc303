import java.security.SecureRandom;

/** A SecureRandom made for each token. */
final class SecureRandomNew {
  private static final SecureRandom SHARED = new SecureRandom();

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> price() + token(SecureRandom.getInstance("DRBG")).length, () -> price() + token(SHARED).length);
  }

  /** What else a request does. */
  private static String price() {
    double sum = 0;
    for (int i = 1; i < 10_000; i++) sum += Math.sqrt(i);
    return "total " + sum;
  }

  private static byte[] token(SecureRandom random) {
    byte[] token = new byte[16];
    random.nextBytes(token);
    return token;
  }
}

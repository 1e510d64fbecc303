import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;

/** Delays of retries drawn from a SecureRandom that all threads share. */
final class SecureRandomContention {
  private static final SecureRandom SHARED = new SecureRandom();

  public static void main(String[] arguments) throws Exception {
    Program.run(4, arguments, () -> SHARED.nextInt(1000), () -> ThreadLocalRandom.current().nextInt(1000));
  }
}

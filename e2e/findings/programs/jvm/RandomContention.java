import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/** One Random for all threads. */
final class RandomContention {
  private static final Random SHARED = new Random();

  public static void main(String[] arguments) throws Exception {
    Program.run(4, arguments, RandomContention::with, RandomContention::without);
  }

  private static Object with() {
    long sum = 0;
    for (int i = 0; i < 1000; i++) sum += SHARED.nextInt(6);
    return sum;
  }

  private static Object without() {
    long sum = 0;
    for (int i = 0; i < 1000; i++) sum += ThreadLocalRandom.current().nextInt(6);
    return sum;
  }
}

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Random UUIDs for the ids of a log. */
final class UuidRandom {
  private static final String PROCESS = UUID.randomUUID().toString();
  private static final AtomicLong NEXT = new AtomicLong();

  public static void main(String[] arguments) throws Exception {
    Program.run(2, arguments, () -> UUID.randomUUID().toString(), () -> PROCESS + '-' + NEXT.incrementAndGet());
  }
}

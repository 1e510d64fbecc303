/** Objects with a finalizer, made for each request. */
final class Finalizers {
  /** Something to give back. */
  @SuppressWarnings({"deprecation", "removal"})
  private static final class Finalized implements AutoCloseable {
    private long handle = 1;

    @Override
    public void close() {
      handle = 0;
    }

    @Override
    protected void finalize() {
      close();
    }
  }

  /** The same, given back by its user. */
  private static final class Closed implements AutoCloseable {
    private long handle = 1;

    @Override
    public void close() {
      handle = 0;
    }
  }

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, Finalizers::with, Finalizers::without);
  }

  private static Object with() {
    Finalized last = null;
    for (int i = 0; i < 1000; i++) last = new Finalized();
    return last;
  }

  private static Object without() {
    Closed last = null;
    for (int i = 0; i < 1000; i++) {
      try (Closed closed = new Closed()) {
        last = closed;
      }
    }
    return last;
  }
}

/** Who called is read from the stack, for the name of a metric. */
final class CallerLookup {
  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> deep(20, true), () -> deep(20, false));
  }

  private static String deep(int frames, boolean with) {
    if (frames > 0) return deep(frames - 1, with).trim();
    return with ? caller() : "CallerLookup.deep";
  }

  private static String caller() {
    StackTraceElement caller = Thread.currentThread().getStackTrace()[2];
    return caller.getClassName() + '.' + caller.getMethodName();
  }
}

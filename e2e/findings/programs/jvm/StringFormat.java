/** Keys of a cache made with String.format. */
final class StringFormat {
  private static int number;

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, StringFormat::with, StringFormat::without);
  }

  private static String with() {
    return String.format("user:%d:cart:%s", number++, "open");
  }

  private static String without() {
    return "user:" + number++ + ":cart:" + "open";
  }
}

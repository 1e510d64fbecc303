import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Charsets looked up by name, four in turn: the JDK remembers the last two. */
final class CharsetName {
  private static final byte[] TEXT = "Grüße aus dem Norden".getBytes(StandardCharsets.UTF_8);
  private static final Charset[] KNOWN = {
    Charset.forName("windows-1252"), Charset.forName("IBM850"), Charset.forName("ISO-8859-15"), Charset.forName("GB18030")
  };
  private static int number;

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, CharsetName::with, CharsetName::without);
  }

  private static Object with() {
    return Charset.forName(KNOWN[number++ % KNOWN.length].name()).newDecoder();
  }

  private static Object without() {
    return KNOWN[number++ % KNOWN.length].newDecoder();
  }
}

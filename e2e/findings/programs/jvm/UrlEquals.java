import java.net.URI;
import java.net.URL;
import java.util.HashMap;
import java.util.Map;

/** A map by URL, which asks for the address of its host. */
final class UrlEquals {
  public static void main(String[] arguments) throws Exception {
    java.security.Security.setProperty("networkaddress.cache.ttl", "0");
    Map<Object, String> pages = new HashMap<>();
    pages.put(new URL("http://localhost/cart"), "cart");
    pages.put(URI.create("http://localhost/cart"), "cart");
    Program.run(arguments, () -> pages.get(new URL("http://localhost/cart")), () -> pages.get(URI.create("http://localhost/cart")));
  }
}

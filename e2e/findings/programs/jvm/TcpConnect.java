import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;

/** A connection of its own for each request. */
final class TcpConnect {
  public static void main(String[] arguments) throws Exception {
    URI address = LocalServer.start();
    Program.run(arguments, () -> get(address, true), () -> get(address, false));
  }

  private static byte[] get(URI address, boolean close) throws Exception {
    Program.sink = Program.price(1);
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    if (close) connection.setRequestProperty("Connection", "close");
    try (InputStream in = connection.getInputStream()) {
      return in.readAllBytes();
    }
  }
}

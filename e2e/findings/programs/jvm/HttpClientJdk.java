import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** An HttpClient, with its thread and pool, made for each request. */
final class HttpClientJdk {
  private static final HttpClient KEPT = HttpClient.newHttpClient();

  public static void main(String[] arguments) throws Exception {
    URI address = LocalServer.start();
    Program.run(arguments, () -> get(HttpClient.newHttpClient(), address), () -> get(KEPT, address));
  }

  private static String get(HttpClient client, URI address) throws Exception {
    Program.sink = Program.price(1);
    return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString()).body();
  }
}

import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** A client of Apache's, with its pool of connections, made for each request. */
final class HttpClientApache {
  private static final CloseableHttpClient KEPT = HttpClients.createDefault();

  public static void main(String[] arguments) throws Exception {
    HttpGet request = new HttpGet(LocalServer.start());
    Program.run(arguments, () -> with(request), () -> get(KEPT, request));
  }

  private static String with(HttpGet request) throws Exception {
    try (CloseableHttpClient client = HttpClients.createDefault()) {
      return get(client, request);
    }
  }

  private static String get(CloseableHttpClient client, HttpGet request) throws Exception {
    Program.sink = Program.price(1);
    return client.execute(request, answer -> EntityUtils.toString(answer.getEntity()));
  }
}

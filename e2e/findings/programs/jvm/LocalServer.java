import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.Executors;

/** A server on this machine that answers everything with a few bytes; not a program of its own. */
final class LocalServer {
  private static final byte[] ANSWER = "hello".getBytes();

  private LocalServer() {}

  /** Starts one. @return its address */
  static URI start() throws Exception {
    // Else a request takes 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newFixedThreadPool(2, LocalServer::daemon));
    server.createContext("/", exchange -> {
      exchange.sendResponseHeaders(200, ANSWER.length);
      exchange.getResponseBody().write(ANSWER);
      exchange.close();
    });
    daemon(server::start).start();
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /** Threads that the server starts are like this one. */
  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    return thread;
  }
}

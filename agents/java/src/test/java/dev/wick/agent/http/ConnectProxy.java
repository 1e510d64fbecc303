package dev.wick.agent.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy: tunnels by CONNECT, forwards plain requests, and wants a user and password if told so. */
public final class ConnectProxy implements AutoCloseable {
  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final String wanted;
  /** First lines of all requests. */
  public final List<String> requests = new CopyOnWriteArrayList<>();

  /** @param login {@code user:password}; null to let everybody in */
  public ConnectProxy(String login) throws IOException {
    wanted = login == null ? null : "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    start(() -> {
      while (true) {
        Socket client = socket.accept();
        start(() -> serve(client));
      }
    });
  }

  public int port() {
    return socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void serve(Socket client) throws IOException {
    try (client) {
      String head = head(client.getInputStream());
      String first = head.substring(0, head.indexOf("\r\n"));
      requests.add(first);
      OutputStream out = client.getOutputStream();
      if (wanted != null && !head.contains("\r\nProxy-Authorization: " + wanted + "\r\n")) {
        out.write(bytes("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n"));
        return;
      }
      String target = first.split(" ")[1];
      boolean isTunnel = first.startsWith("CONNECT ");
      URI to = URI.create(isTunnel ? "tunnel://" + target : target);
      try (Socket server = new Socket(to.getHost(), to.getPort())) {
        if (isTunnel) out.write(bytes("HTTP/1.1 200 Connection established\r\n\r\n"));
        else server.getOutputStream().write(bytes(head.replace(target, target.substring(target.indexOf('/', "http://".length())))));
        start(() -> client.getInputStream().transferTo(server.getOutputStream()));
        server.getInputStream().transferTo(out);
      }
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) throw new IOException("hung up");
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private interface Body {
    void run() throws IOException;
  }

  private static void start(Body body) {
    Thread thread = new Thread(() -> {
      try {
        body.run();
      } catch (IOException ends) {
        // With the test, or the connection.
      }
    });
    thread.setDaemon(true);
    thread.start();
  }
}

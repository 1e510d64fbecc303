package dev.wick.agent.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/**
 * One HTTP call after the other, bounded in time and size. On HttpURLConnection: it is in java.base, starts no threads and needs
 * a tenth of what java.net.http costs at start.
 */
public final class Http {
  private static final int MAX_ANSWER_BYTES = 256 * 1024;

  /** What a server said. */
  public static final class Answer {
    public final int status;
    public final String body;
    private final HttpURLConnection connection;

    Answer(int status, String body, HttpURLConnection connection) {
      this.status = status;
      this.body = body;
      this.connection = connection;
    }

    /** Null where there is none. */
    public String header(String name) {
      return connection.getHeaderField(name);
    }

    /** The Date header, epoch milliseconds; 0 where there is none. */
    public long date() {
      return connection.getHeaderFieldDate("Date", 0);
    }
  }

  private final Function<String, String> environment;
  private final SSLSocketFactory sockets;

  /** @param sockets null for those of the JVM */
  public Http(Function<String, String> environment, SSLSocketFactory sockets) {
    this.environment = environment;
    this.sockets = sockets;
  }

  /**
   * Calls, through the proxy that the environment names.
   *
   * @param body null to send none
   * @param millis at most, roughly, for all of it
   * @throws IOException when there is no answer
   */
  public Answer call(String method, URL url, Map<String, String> headers, byte[] body, int millis) throws IOException {
    return call(method, url, headers, body, millis, proxyFor(url));
  }

  /** Calls a service of the machine itself, never through a proxy. */
  public Answer callLocal(String method, URL url, Map<String, String> headers, int millis) throws IOException {
    return call(method, url, headers, null, millis, Proxy.NO_PROXY);
  }

  private Answer call(String method, URL url, Map<String, String> headers, byte[] body, int millis, Proxy proxy)
      throws IOException {
    URLConnection opened = proxy == null ? url.openConnection() : url.openConnection(proxy);
    if (!(opened instanceof HttpURLConnection)) throw new IOException("not an http address: " + url);
    HttpURLConnection connection = (HttpURLConnection) opened;
    long deadline = System.nanoTime() + millis * 1_000_000L;
    if (sockets != null && connection instanceof HttpsURLConnection) {
      ((HttpsURLConnection) connection).setSSLSocketFactory(sockets);
    }
    connection.setConnectTimeout(Math.max(1, millis / 2));
    connection.setReadTimeout(millis);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setRequestMethod(method);
    connection.setRequestProperty("Accept", "application/json");
    // Minutes pass between calls; keeping connections would start a thread in the host.
    connection.setRequestProperty("Connection", "close");
    headers.forEach(connection::setRequestProperty);
    boolean whole = false;
    try {
      if (body != null) {
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream out = connection.getOutputStream()) {
          out.write(body);
        }
      }
      int status = connection.getResponseCode();
      if (status < 0) throw new IOException("the server's answer is not HTTP");
      InputStream in = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
      String text = in == null ? "" : read(in, deadline);
      whole = true;
      return new Answer(status, text, connection);
    } finally {
      // A connection that is not read to its end cannot be used again.
      if (!whole) connection.disconnect();
    }
  }

  private static String read(InputStream in, long deadline) throws IOException {
    try (in) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] piece = new byte[8192];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        bytes.write(piece, 0, n);
        if (bytes.size() > MAX_ANSWER_BYTES) throw new IOException("the server's answer is too long");
        if (System.nanoTime() > deadline) throw new IOException("the server's answer takes too long");
      }
      return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
    }
  }

  /** Null for what the JVM's own settings say. */
  Proxy proxyFor(URL url) {
    String scheme = url.getProtocol().toUpperCase(java.util.Locale.ROOT);
    String proxy = either(scheme + "_PROXY");
    if (proxy == null) return null;
    if (isExcepted(url.getHost(), either("NO_PROXY"))) return Proxy.NO_PROXY;
    String address = proxy.contains("://") ? proxy.substring(proxy.indexOf("://") + 3) : proxy;
    address = address.substring(address.lastIndexOf('@') + 1);
    int end = address.indexOf('/');
    if (end >= 0) address = address.substring(0, end);
    int colon = address.lastIndexOf(':');
    try {
      int port = colon < 0 ? 80 : Integer.parseInt(address.substring(colon + 1));
      String host = colon < 0 ? address : address.substring(0, colon);
      return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
    } catch (IllegalArgumentException noAddress) {
      return null;
    }
  }

  private static boolean isExcepted(String host, String exceptions) {
    if (exceptions == null) return false;
    for (String exception : exceptions.split(",")) {
      String name = exception.trim();
      if (name.equals("*")) return true;
      if (name.startsWith(".")) name = name.substring(1);
      if (!name.isEmpty() && (host.equalsIgnoreCase(name) || host.endsWith("." + name))) return true;
    }
    return false;
  }

  private String either(String name) {
    String value = environment.apply(name.toLowerCase(java.util.Locale.ROOT));
    if (value == null || value.isEmpty()) value = environment.apply(name);
    return value == null || value.isEmpty() ? null : value;
  }
}

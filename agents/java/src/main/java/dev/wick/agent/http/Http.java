package dev.wick.agent.http;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One HTTP call after the other, each over a connection of its own, bounded in time and size. On plain sockets, because
 * HttpURLConnection asks the host's Authenticator and CookieHandler, will not log in at a proxy without a setting for the whole JVM,
 * and java.net.http starts threads.
 */
public final class Http {
  private static final String ASKS_FOR_OURS = " it asks for a client certificate: WICK_CLIENT_CERTIFICATE and WICK_CLIENT_KEY";

  /** What the JDK says of a certificate that names another host; it has no class for that. */
  private static final Pattern OTHER_NAME = Pattern.compile("^No (subject alternative|name matching)");

  private final Function<String, String> environment;
  private final Tls tls;
  /** At the end of the process two threads call. */
  private final Set<Call> underWay = ConcurrentHashMap.newKeySet();

  /** A connection and until when it may take. */
  private static final class Call implements Closeable {
    private final Deadline deadline;
    volatile Socket socket;
    /** Whether the handshake of TLS is done. */
    boolean isSecured;

    Call(int millis) {
      deadline = Deadline.in(millis);
    }

    boolean isLate() {
      return deadline.isOver();
    }

    int left() throws IOException {
      int millis = deadline.millisLeft();
      // To sockets it would mean for ever.
      if (millis == 0) throw new SocketTimeoutException();
      return millis;
    }

    @Override
    public void close() throws IOException {
      Socket one = socket;
      if (one != null) one.close();
    }
  }

  /** @param tls whom to trust and who we are, at https addresses */
  public Http(Function<String, String> environment, Tls tls) {
    this.environment = environment;
    this.tls = tls;
  }

  /**
   * Calls, through the proxy that the environment names.
   *
   * @param headers in any case; {@code Host} and {@code Content-Length} are added
   * @param body null to send none
   * @param millis at most for all of it, but for the name service; exactly so where somebody calls {@link #expire}
   * @throws IOException when there is no answer, in words for a person
   */
  public Answer call(String method, URL url, Map<String, String> headers, byte[] body, int millis) throws IOException {
    return call(method, url, headers, body, millis, Route.to(url, environment));
  }

  /** Calls a service of the machine itself, never through a proxy. */
  public Answer callLocal(String method, URL url, Map<String, String> headers, int millis) throws IOException {
    return call(method, url, headers, null, millis, Route.direct(url));
  }

  /** Ends calls that are past their time, from another thread: sockets time out byte by byte, and not at all while they write. */
  public void expire() {
    for (Call call : underWay) {
      try {
        if (call.isLate()) call.close();
      } catch (IOException closed) {
        // As wanted.
      }
    }
  }

  /** What the header {@code Host} says for an address. */
  public static String host(URL url) {
    boolean isDefaultPort = Route.portOf(url) == url.getDefaultPort();
    return isDefaultPort ? url.getHost() : url.getHost() + ':' + url.getPort();
  }

  private Answer call(String method, URL url, Map<String, String> headers, byte[] body, int millis, Route route)
      throws IOException {
    boolean isTls = url.getProtocol().equals("https");
    if (!isTls && !url.getProtocol().equals("http")) throw new IOException("not an http address: " + url);
    Call call = new Call(millis);
    underWay.add(call);
    try (call) {
      connect(call, route);
      if (!isTls) return exchange(call.socket, call, head(method, url, headers, body, route), body);
      if (route.isProxied) tunnel(call, url, route);
      try (Socket secured = secured(call, url)) {
        return exchange(secured, call, head(method, url, headers, body, null), body);
      }
    } catch (IOException failed) {
      if (failed instanceof SocketTimeoutException || call.isLate()) throw new IOException("no answer within " + millis + " ms", failed);
      if (failed instanceof SSLException) throw new IOException(inWords((SSLException) failed), failed);
      // TLS 1.3 refuses a client after its handshake, and the reason may be overtaken by the end of the connection.
      boolean isHungUp = failed instanceof SocketException || failed instanceof EOFException;
      boolean mayWantOurs = isHungUp && call.isSecured && !tls.hasIdentity();
      if (mayWantOurs) throw new IOException(failed.getMessage() + "; perhaps" + ASKS_FOR_OURS, failed);
      throw failed;
    } finally {
      underWay.remove(call);
    }
  }

  /** To the first of its addresses that answers. */
  private static void connect(Call call, Route route) throws IOException {
    if (route.socks.type() == Proxy.Type.SOCKS) {
      call.socket = new Socket(route.socks);
      call.socket.connect(InetSocketAddress.createUnresolved(route.host, route.port), call.left());
      return;
    }
    InetAddress[] addresses = InetAddress.getAllByName(route.host);
    for (int i = 0; ; i++) {
      boolean isLast = i == addresses.length - 1;
      call.socket = new Socket(Proxy.NO_PROXY);
      try {
        call.socket.connect(new InetSocketAddress(addresses[i], route.port), isLast ? call.left() : Math.max(1, call.left() / 2));
        return;
      } catch (IOException silent) {
        call.socket.close();
        if (isLast) throw silent;
      }
    }
  }

  /** RFC 9110, 9.3.6: what follows the answer is the server's. */
  private static void tunnel(Call call, URL url, Route route) throws IOException {
    String target = url.getHost() + ':' + Route.portOf(url);
    Map<String, String> headers = new LinkedHashMap<>(Map.of("Host", target));
    if (route.authorization != null) headers.put("Proxy-Authorization", route.authorization);
    call.socket.setSoTimeout(call.left());
    call.socket.getOutputStream().write(text("CONNECT " + target + " HTTP/1.1", headers));
    // Not buffered: nothing of the server's may be taken.
    int status = Answer.readHead(call.socket.getInputStream()).status;
    if (status == 407) throw new IOException("the proxy " + route.host + " wants another user and password (407): they stand in HTTPS_PROXY");
    if (status < 200 || status >= 300) throw new IOException("the proxy " + route.host + " answers " + status);
  }

  private Socket secured(Call call, URL url) throws IOException {
    SSLSocket socket = (SSLSocket) tls.sockets().createSocket(call.socket, Route.unbracketed(url.getHost()), call.socket.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(call.left());
    socket.startHandshake();
    call.isSecured = true;
    return socket;
  }

  private static Answer exchange(Socket socket, Call call, byte[] head, byte[] body) throws IOException {
    socket.setSoTimeout(call.left());
    OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 16 * 1024);
    out.write(head);
    if (body != null) out.write(body);
    out.flush();
    InputStream in = new BufferedInputStream(socket.getInputStream());
    Answer.Head answer = Answer.readHead(in);
    while (answer.status < 200) answer = Answer.readHead(in);
    return Answer.read(answer, in);
  }

  /** @param proxy null where the server itself is spoken to */
  private static byte[] head(String method, URL url, Map<String, String> headers, byte[] body, Route proxy) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("Host", host(url));
    all.put("Accept", "application/json");
    all.put("Accept-Encoding", "identity");
    // Minutes pass between calls.
    all.put("Connection", "close");
    if (body != null) all.put("Content-Length", String.valueOf(body.length));
    headers.forEach((name, value) -> {
      if (!name.equalsIgnoreCase("host")) all.put(name, value);
    });
    boolean isProxied = proxy != null && proxy.isProxied;
    if (isProxied && proxy.authorization != null) all.put("Proxy-Authorization", proxy.authorization);
    String file = url.getFile().startsWith("/") ? url.getFile() : '/' + url.getFile();
    return text(method + ' ' + (isProxied ? "http://" + host(url) : "") + file + " HTTP/1.1", all);
  }

  private static byte[] text(String firstLine, Map<String, String> headers) {
    StringBuilder text = new StringBuilder(firstLine).append("\r\n");
    headers.forEach((name, value) -> text.append(name).append(": ").append(value.replaceAll("[\r\n]", " ")).append("\r\n"));
    return text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  static String inWords(SSLException refused) {
    for (Throwable cause = refused.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
        return "the certificate of the server is out of date (" + cause.getMessage() + "), or this machine's clock is wrong";
      }
    }
    for (Throwable cause = refused.getCause(); cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null && OTHER_NAME.matcher(cause.getMessage()).find()) {
        return "the certificate of the server is for another name (" + cause.getMessage() + "): what is set has to be a name in it";
      }
      if (cause instanceof GeneralSecurityException) {
        return "the certificate of the server is not trusted (" + cause.getMessage()
            + "); AWS_CA_BUNDLE names the file of its authority";
      }
    }
    String message = String.valueOf(refused.getMessage());
    if (message.contains("unrecognized SSL message")) return "what answers there does not speak TLS; is it to be http://?";
    boolean asksForOurs = message.contains("certificate_required") || message.contains("bad_certificate");
    return message + (asksForOurs ? ';' + ASKS_FOR_OURS : "");
  }
}

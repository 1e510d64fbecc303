package dev.wick.agent.host;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.wick.agent.encode.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A server of the agents' two calls that answers as a test wants, and keeps what it was sent. */
public final class Recorder implements AutoCloseable {
  /** What a test makes of a call; null for a friendly answer. */
  public interface Handler {
    /** @return whether it has answered */
    boolean handle(HttpExchange exchange, Call call) throws IOException;
  }

  public static final class Call {
    public final String path;
    public final boolean isProfile;
    public final String token;
    public final Map<String, Object> body;
    public final long nanos = System.nanoTime();
    /** Whether the answer was that it was taken. */
    volatile boolean taken;
    volatile boolean isGzipped;

    private Call(String path, String token, Map<String, Object> body) {
      this.path = path;
      isProfile = path.endsWith("/agentProfile");
      this.token = token;
      this.body = body;
    }
  }

  /** Two for each frame. */
  private static final int MAX_DEPTH = 2010;

  private final HttpServer server;
  private final String scheme;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  public final List<Call> calls = new CopyOnWriteArrayList<>();
  public volatile Handler handler = (exchange, call) -> false;
  public volatile int intervalMillis = 50;
  public volatile int periodSeconds = 1;
  public volatile int maxStackDepth = 1000;
  /** As Wick; the original does not say that it reads gzip. */
  volatile boolean saysGzip = true;
  public volatile boolean shouldProfile = true;

  public Recorder() throws IOException {
    this(null);
  }

  /** @param tls null for plain HTTP; else over TLS, and whoever shows no certificate that it trusts is turned away */
  Recorder(SSLContext tls) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = tls == null ? HttpServer.create(address, 0) : HttpsServer.create(address, 0);
    scheme = tls == null ? "http" : "https";
    if (tls != null) {
      ((HttpsServer) server).setHttpsConfigurator(new HttpsConfigurator(tls) {
        @Override
        public void configure(HttpsParameters parameters) {
          SSLParameters demanding = getSSLContext().getDefaultSSLParameters();
          demanding.setNeedClientAuth(true);
          parameters.setSSLParameters(demanding);
        }
      });
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public String url() {
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Those that were taken, in the order of their time. */
  public List<Map<String, Object>> profiles() {
    return calls.stream().filter(call -> call.isProfile && call.taken).map(call -> call.body)
        .sorted((a, b) -> Long.compare(number(a.get("start")), number(b.get("start")))).collect(Collectors.toList());
  }

  /** {@code path STATE} → samples, of all profiles that were taken. */
  public Map<String, Long> samples() {
    Map<String, Long> samples = new TreeMap<>();
    for (Map<String, Object> profile : profiles()) addSamples(profile.get("callgraph"), "", samples);
    return samples;
  }

  /** The same of one profile. */
  static Map<String, Long> samples(Map<String, Object> profile) {
    Map<String, Long> samples = new TreeMap<>();
    addSamples(profile.get("callgraph"), "", samples);
    return samples;
  }

  public long total() {
    return samples().values().stream().mapToLong(Long::longValue).sum();
  }

  /** Depth is that of the host. */
  private static void addSamples(Object node, String path, Map<String, Long> into) {
    Map<?, ?> members = (Map<?, ?>) node;
    Object counts = members.get("counts");
    if (counts != null) ((Map<?, ?>) counts).forEach((state, n) -> into.merge(path + ' ' + state, number(n), Long::sum));
    Object children = members.get("children");
    if (children != null) ((Map<?, ?>) children).forEach((name, child) -> addSamples(child, path + ' ' + name, into));
  }

  public static long number(Object value) {
    return ((Double) value).longValue();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try {
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean isGzipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      byte[] json = isGzipped
          ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes()
          : body;
      String query = exchange.getRequestURI().getQuery();
      String token = query == null ? null : query.substring(query.indexOf("profileToken=") + "profileToken=".length());
      Call call = new Call(exchange.getRequestURI().getPath(), token, JsonReader.object(new String(json, StandardCharsets.UTF_8), MAX_DEPTH));
      call.isGzipped = isGzipped;
      calls.add(call);
      if (handler.handle(exchange, call)) return;
      call.taken = true;
      if (saysGzip && !call.isProfile) exchange.getResponseHeaders().set("Accept-Encoding", "gzip");
      reply(exchange, 200, call.isProfile ? "" : configuration());
    } finally {
      exchange.close();
    }
  }

  private String configuration() {
    return "{\"shouldProfile\":" + shouldProfile + ",\"periodInSeconds\":" + periodSeconds + ",\"agentParameters\":{\"SamplingIntervalInMilliseconds\":\""
        + intervalMillis
        + "\",\"MinimumTimeForReportingInMilliseconds\":\"500\",\"MemoryUsageLimitPercent\":\"100\",\"MaxStackDepth\":\"" + maxStackDepth + "\"}}";
  }

  /** An error as the API has them. @return true, for {@link Handler#handle} */
  public static boolean refuse(HttpExchange exchange, int status, String code) throws IOException {
    exchange.getResponseHeaders().set("x-amzn-ErrorType", code);
    return reply(exchange, status, "{\"message\":\"no " + UUID.randomUUID() + "\"}");
  }

  public static boolean reply(HttpExchange exchange, int status, String text) throws IOException {
    byte[] said = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, said.length == 0 ? -1 : said.length);
    exchange.getResponseBody().write(said);
    return true;
  }
}

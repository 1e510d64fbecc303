package dev.wick.agent.host;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.wick.agent.encode.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** A server of the agents' two calls that answers as a test wants, and keeps what it was sent. */
final class Recorder implements AutoCloseable {
  /** What a test makes of a call; null for a friendly answer. */
  interface Handler {
    /** @return whether it has answered */
    boolean handle(HttpExchange exchange, Call call) throws IOException;
  }

  static final class Call {
    final boolean isProfile;
    final String token;
    final Map<String, Object> body;
    /** Whether the answer was that it was taken. */
    volatile boolean taken;
    volatile boolean isGzipped;

    private Call(boolean isProfile, String token, Map<String, Object> body) {
      this.isProfile = isProfile;
      this.token = token;
      this.body = body;
    }
  }

  /** Two for each frame. */
  private static final int MAX_DEPTH = 2010;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  final List<Call> calls = new CopyOnWriteArrayList<>();
  volatile Handler handler = (exchange, call) -> false;
  volatile int intervalMillis = 50;
  volatile int periodSeconds = 1;
  /** As Wick; the original does not say that it reads gzip. */
  volatile boolean saysGzip = true;

  Recorder() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Those that were taken, in the order of their time. */
  List<Map<String, Object>> profiles() {
    return calls.stream().filter(call -> call.isProfile && call.taken).map(call -> call.body)
        .sorted((a, b) -> Long.compare(number(a.get("start")), number(b.get("start")))).collect(Collectors.toList());
  }

  /** {@code path STATE} → samples, of all profiles that were taken. */
  Map<String, Long> samples() {
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

  long total() {
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

  static long number(Object value) {
    return ((Double) value).longValue();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try {
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean isProfile = exchange.getRequestURI().getPath().endsWith("/agentProfile");
      boolean isGzipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      byte[] json = isGzipped
          ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes()
          : body;
      String query = exchange.getRequestURI().getQuery();
      String token = query == null ? null : query.substring(query.indexOf("profileToken=") + "profileToken=".length());
      Call call = new Call(isProfile, token, JsonReader.object(new String(json, StandardCharsets.UTF_8), MAX_DEPTH));
      call.isGzipped = isGzipped;
      calls.add(call);
      if (handler.handle(exchange, call)) return;
      call.taken = true;
      if (saysGzip && !isProfile) exchange.getResponseHeaders().set("Accept-Encoding", "gzip");
      reply(exchange, 200, isProfile ? "" : configuration());
    } finally {
      exchange.close();
    }
  }

  private String configuration() {
    return "{\"shouldProfile\":true,\"periodInSeconds\":" + periodSeconds + ",\"agentParameters\":{\"SamplingIntervalInMilliseconds\":\""
        + intervalMillis
        + "\",\"MinimumTimeForReportingInMilliseconds\":\"500\",\"MemoryUsageLimitPercent\":\"100\"}}";
  }

  static boolean reply(HttpExchange exchange, int status, String text) throws IOException {
    byte[] said = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, said.length == 0 ? -1 : said.length);
    exchange.getResponseBody().write(said);
    return true;
  }
}

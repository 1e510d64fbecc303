package dev.wick.agent.report;

import dev.wick.agent.aws.CredentialChain;
import dev.wick.agent.aws.Credentials;
import dev.wick.agent.aws.NoCredentials;
import dev.wick.agent.aws.ServerClock;
import dev.wick.agent.aws.SigV4;
import dev.wick.agent.encode.JsonReader;
import dev.wick.agent.http.Answer;
import dev.wick.agent.http.Deadline;
import dev.wick.agent.http.Http;
import java.io.IOException;
import java.net.URL;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Signed calls of the profiler's API. */
final class Service {
  /** The code of a reply where there was nothing to sign with. */
  static final String NO_CREDENTIALS = "NoCredentials";
  /** Of an address, without a user and password in it. */
  private static final Pattern ORIGIN = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*://)(?:[^/?#@]*@)?([^/?#@\\s]+)");
  private static final int MAX_ORIGIN_CHARS = 200;

  /** An answer, or none. */
  static final class Reply {
    /** 0 where there was no answer. */
    final int status;
    final Map<String, Object> body;
    /** The error's name; empty where there is none. */
    final String code;
    /** What the server, or our own side, says is wrong. */
    final String message;
    /** Milliseconds that the server asks to be left alone; 0 for none. */
    final long retryAfter;
    /** Whether it is a success of somebody else's, a proxy's or a portal's: the service answers with an object or with nothing. */
    final boolean isForeign;
    /** Where a redirect leads to, {@code scheme://host}; empty where it does not say. */
    final String origin;

    private Reply(Answer answer, Map<String, Object> body, long retryAfter) {
      status = answer.status;
      this.body = body;
      code = Service.code(answer, body);
      message = Service.message(body);
      this.retryAfter = retryAfter;
      isForeign = isSuccess() && !answer.body.isBlank() && !JsonReader.isObject(answer.body);
      origin = isRedirect() ? Service.origin(answer.header("Location")) : "";
    }

    /** No answer. */
    private Reply(String code, String message) {
      status = 0;
      body = Map.of();
      this.code = code;
      this.message = message;
      retryAfter = 0;
      isForeign = false;
      origin = "";
    }

    boolean isGood() {
      return isSuccess() && !isForeign;
    }

    private boolean isSuccess() {
      return status >= 200 && status < 300;
    }

    /** Never followed: the signature is one for the address that was asked. */
    boolean isRedirect() {
      return status >= 300 && status < 400;
    }

    /** Whether there is no such profiling group. */
    boolean isNoGroup() {
      return code.equals("ResourceNotFoundException");
    }

    /** Whether the same may succeed later, without anybody doing anything. */
    boolean mayPass() {
      return status == 0 || status == 408 || status == 429 || status >= 500 || isForeign;
    }

    /** Whether the same may succeed once somebody has given leave, made a group or set another address. */
    boolean waitsForSomebody() {
      return status == 401 || status == 403 || status == 404 || isRedirect();
    }
  }

  private final String endpoint;
  private final String region;
  private final Http http;
  private final CredentialChain chain;
  private final String userAgent;
  private final ServerClock clock;
  private volatile boolean takesGzip;

  Service(String endpoint, String region, Http http, CredentialChain chain, ServerClock clock, String userAgent) {
    this.endpoint = endpoint;
    this.region = region;
    this.http = http;
    this.chain = chain;
    this.clock = clock;
    this.userAgent = userAgent;
  }

  /** Whether an answer said that it may be asked in gzip, as Wick's do (RFC 9110, 12.5.3); the original says nothing of it. */
  boolean takesGzip() {
    return takesGzip;
  }

  /** Ends a call that is past its time, from another thread. */
  void expire() {
    http.expire();
  }

  /** Posts a body; once more after a refusal when another clock or newer credentials may cure it. Never throws. */
  Reply post(String path, Map<String, String> query, byte[] body, boolean gzipped, int millis) {
    Deadline deadline = Deadline.in(millis);
    long offset = clock.offset();
    try {
      Credentials used = credentials();
      Reply reply = once(path, query, body, gzipped, used, millis);
      if (reply.status != 401 && reply.status != 403) return reply;
      Credentials newer = newerThan(used);
      boolean isCured = newer != null || clock.isOtherThan(offset);
      if (!isCured || deadline.isOver()) return reply;
      return once(path, query, body, gzipped, newer == null ? used : newer, deadline.millisLeft());
    } catch (NoCredentials none) {
      return new Reply(NO_CREDENTIALS, "there are no AWS credentials: " + none.getMessage());
    }
  }

  private Credentials credentials() throws NoCredentials {
    synchronized (chain) {
      return chain.get();
    }
  }

  /** Others than those that were refused, where there are any by now; else null. */
  private Credentials newerThan(Credentials refused) {
    synchronized (chain) {
      try {
        Credentials found = chain.renewed();
        boolean isSame = found.accessKeyId.equals(refused.accessKeyId)
            && found.secretAccessKey.equals(refused.secretAccessKey)
            && Objects.equals(found.sessionToken, refused.sessionToken);
        return isSame ? null : found;
      } catch (NoCredentials none) {
        // The refusal says more.
        return null;
      }
    }
  }

  private Reply once(
      String path, Map<String, String> query, byte[] body, boolean gzipped, Credentials credentials, int millis) {
    try {
      String queryString = SigV4.queryString(query);
      URL url = new URL(endpoint + path + (queryString.isEmpty() ? "" : '?' + queryString));
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("content-type", "application/json");
      headers.put("host", Http.host(url));
      headers.putAll(SigV4.sign(
          "POST", url.getPath(), query, headers, body, credentials, region, "codeguru-profiler", clock.now()));
      headers.put("User-Agent", userAgent);
      if (gzipped) headers.put("Content-Encoding", "gzip");
      Answer answer = http.call("POST", url, headers, body, millis);
      if (answer.status == 401 || answer.status == 403) clock.learn(answer.date());
      if ("gzip".equals(answer.header("Accept-Encoding"))) takesGzip = true;
      return new Reply(
          answer, JsonReader.object(answer.body), BackOff.retryAfter(answer.header("Retry-After"), clock.millis()));
    } catch (IOException | RuntimeException noAnswer) {
      // Words of our own say enough; those of the JVM are often just a name.
      boolean isOurs = noAnswer.getClass() == IOException.class;
      String message = (isOurs ? "" : noAnswer.getClass().getSimpleName() + ": ") + noAnswer.getMessage();
      return new Reply("", message);
    }
  }

  private static String code(Answer answer, Map<String, Object> said) {
    String code = answer.header("x-amzn-ErrorType");
    if (code == null) code = String.valueOf(said.getOrDefault("__type", said.getOrDefault("code", "")));
    int colon = code.indexOf(':');
    if (colon >= 0) code = code.substring(0, colon);
    return code.substring(code.indexOf('#') + 1);
  }

  /** {@code scheme://host[:port]} of an address; empty where it has none. What others say goes into a log: short, and no control characters. */
  static String origin(String location) {
    if (location == null) return "";
    Matcher matcher = ORIGIN.matcher(location.replaceAll("\\p{C}", ""));
    String origin = matcher.find() ? matcher.group(1) + matcher.group(2) : "";
    return origin.substring(0, Math.min(MAX_ORIGIN_CHARS, origin.length()));
  }

  private static String message(Map<String, Object> said) {
    Object message = said.getOrDefault("message", said.get("Message"));
    String text = message == null ? "" : message.toString();
    return text.length() <= 300 ? text : text.substring(0, 300);
  }
}

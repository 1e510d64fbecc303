package dev.wick.agent.report;

import dev.wick.agent.aws.CredentialChain;
import dev.wick.agent.aws.Credentials;
import dev.wick.agent.aws.SigV4;
import dev.wick.agent.encode.JsonReader;
import dev.wick.agent.http.Http;
import java.io.IOException;
import java.net.URL;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Signed calls of the profiler's API. Knows the server's clock. */
final class Service {
  /** Servers allow five minutes; only what is out by far is the clock's fault. */
  private static final long TOLERATED_MILLIS = 4 * 60_000;

  /** An answer, or none. */
  static final class Reply {
    /** 0 where there was no answer. */
    final int status;
    final Map<String, Object> body;
    /** The error's name; empty where there is none. */
    final String code;
    /** What the server, or our own side, says is wrong. */
    final String message;
    final String retryAfter;

    Reply(int status, Map<String, Object> body, String code, String message, String retryAfter) {
      this.status = status;
      this.body = body;
      this.code = code;
      this.message = message;
      this.retryAfter = retryAfter;
    }

    boolean isGood() {
      return status >= 200 && status < 300;
    }

    /** Whether the same may succeed later, without anybody doing anything. */
    boolean mayPass() {
      return status == 0 || status == 408 || status == 429 || status >= 500;
    }
  }

  private final String endpoint;
  private final String region;
  private final Http http;
  private final CredentialChain chain;
  private final String userAgent;
  private volatile long clockOffset;
  private volatile boolean takesGzip;

  Service(String endpoint, String region, Http http, CredentialChain chain, String userAgent) {
    this.endpoint = endpoint;
    this.region = region;
    this.http = http;
    this.chain = chain;
    this.userAgent = userAgent;
  }

  /** What to add to this machine's clock to have the server's, in milliseconds; 0 while they agree. */
  long clockOffset() {
    return clockOffset;
  }

  /** Whether an answer said that it may be asked in gzip, as Wick's do (RFC 9110, 12.5.3); the original says nothing of it. */
  boolean takesGzip() {
    return takesGzip;
  }

  /** Posts a body; once more after a refusal that another clock or newer credentials may cure. Never throws. */
  Reply post(String path, Map<String, String> query, byte[] body, boolean gzipped, int millis) {
    Reply reply = once(path, query, body, gzipped, millis);
    if (reply.status != 401 && reply.status != 403) return reply;
    synchronized (chain) {
      chain.forget();
    }
    return once(path, query, body, gzipped, millis);
  }

  private Reply once(String path, Map<String, String> query, byte[] body, boolean gzipped, int millis) {
    try {
      Credentials credentials;
      synchronized (chain) {
        credentials = chain.get();
      }
      if (credentials == null) {
        String advice = "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE";
        return new Reply(0, Map.of(), "NoCredentials", advice, null);
      }
      String queryString = SigV4.queryString(query);
      URL url = new URL(endpoint + path + (queryString.isEmpty() ? "" : '?' + queryString));
      boolean isDefaultPort = url.getPort() < 0 || url.getPort() == url.getDefaultPort();
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("content-type", "application/json");
      headers.put("host", isDefaultPort ? url.getHost() : url.getHost() + ':' + url.getPort());
      Instant now = Instant.ofEpochMilli(System.currentTimeMillis() + clockOffset);
      headers.putAll(SigV4.sign(
          "POST", url.getPath(), query, headers, body, credentials, region, "codeguru-profiler", now));
      // HttpURLConnection sends this one by itself.
      headers.remove("host");
      headers.put("User-Agent", userAgent);
      if (gzipped) headers.put("Content-Encoding", "gzip");
      Http.Answer answer = http.call("POST", url, headers, body, millis);
      if (answer.status == 401 || answer.status == 403) lookAtClock(answer.date());
      if ("gzip".equals(answer.header("Accept-Encoding"))) takesGzip = true;
      Map<String, Object> said = JsonReader.object(answer.body);
      return new Reply(answer.status, said, code(answer, said), message(said), answer.header("Retry-After"));
    } catch (IOException | RuntimeException noAnswer) {
      return failed(noAnswer.getClass().getSimpleName() + ": " + noAnswer.getMessage());
    }
  }

  private void lookAtClock(long date) {
    if (date == 0) return;
    long offset = date - System.currentTimeMillis();
    clockOffset = Math.abs(offset) > TOLERATED_MILLIS ? offset : 0;
  }

  private static Reply failed(String message) {
    return new Reply(0, Map.of(), "", message, null);
  }

  private static String code(Http.Answer answer, Map<String, Object> said) {
    String code = answer.header("x-amzn-ErrorType");
    if (code == null) code = String.valueOf(said.getOrDefault("__type", said.getOrDefault("code", "")));
    int colon = code.indexOf(':');
    if (colon >= 0) code = code.substring(0, colon);
    return code.substring(code.indexOf('#') + 1);
  }

  private static String message(Map<String, Object> said) {
    Object message = said.getOrDefault("message", said.get("Message"));
    String text = message == null ? "" : message.toString();
    return text.length() <= 300 ? text : text.substring(0, 300);
  }
}

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

/** Signed calls of the profiler's API. */
final class Service {
  /** The code of a reply where there was nothing to sign with. */
  static final String NO_CREDENTIALS = "NoCredentials";

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

    Reply(int status, Map<String, Object> body, String code, String message, long retryAfter) {
      this.status = status;
      this.body = body;
      this.code = code;
      this.message = message;
      this.retryAfter = retryAfter;
    }

    boolean isGood() {
      return status >= 200 && status < 300;
    }

    /** Whether there is no such profiling group. */
    boolean isNoGroup() {
      return code.equals("ResourceNotFoundException");
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
      return new Reply(0, Map.of(), NO_CREDENTIALS, "there are no AWS credentials: " + none.getMessage(), 0);
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
      Map<String, Object> said = JsonReader.object(answer.body);
      return new Reply(answer.status, said, code(answer, said), message(said),
          BackOff.retryAfter(answer.header("Retry-After"), clock.millis()));
    } catch (IOException | RuntimeException noAnswer) {
      // Words of our own say enough; those of the JVM are often just a name.
      boolean isOurs = noAnswer.getClass() == IOException.class;
      String message = (isOurs ? "" : noAnswer.getClass().getSimpleName() + ": ") + noAnswer.getMessage();
      return new Reply(0, Map.of(), "", message, 0);
    }
  }

  private static String code(Answer answer, Map<String, Object> said) {
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

package dev.wick.agent.host;

import dev.wick.agent.encode.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A server with another clock, which refuses what is signed by ours. The JDK's own server insists on the right Date. */
public final class SkewedServer implements AutoCloseable {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX").withZone(ZoneOffset.UTC);

  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Duration ahead;
  /** Of the last profile it took; 0 before. */
  volatile long profileEnd;

  public SkewedServer(Duration ahead) throws IOException {
    this.ahead = ahead;
    Thread thread = new Thread(this::serve, "skewed-server");
    thread.setDaemon(true);
    thread.start();
  }

  public String url() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket one = socket.accept()) {
        answer(one);
      } catch (IOException hungUp) {
        // The next, then.
      }
    }
  }

  private void answer(Socket one) throws IOException {
    InputStream in = one.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) return;
      head.write(next);
    }
    String request = head.toString(StandardCharsets.ISO_8859_1);
    byte[] body = in.readNBytes(Integer.parseInt(header(request, "content-length")));
    Instant now = Instant.now().plus(ahead);
    Instant signed = Instant.from(STAMP.parse(header(request, "x-amz-date")));
    boolean isRefused = Duration.between(signed, now).abs().toMinutes() >= 5;
    boolean isProfile = request.contains("/agentProfile?");
    if (!isRefused && isProfile) {
      // In plain JSON: nothing told the agent that this server reads gzip.
      profileEnd = Recorder.number(JsonReader.object(new String(body, StandardCharsets.UTF_8)).get("end"));
    }
    boolean isSts = new String(body, StandardCharsets.UTF_8).startsWith("Action=AssumeRole");
    String said = isRefused
        ? "{\"message\":\"Signature expired\"}"
        : isSts ? "<R><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey></R>"
        : "{\"shouldProfile\":true,\"periodInSeconds\":1,\"agentParameters\":"
            + "{\"SamplingIntervalInMilliseconds\":\"50\",\"MinimumTimeForReportingInMilliseconds\":\"500\"}}";
    String answer = "HTTP/1.1 " + (isRefused ? "403 Forbidden" : "200 OK") + "\r\nDate: "
        + DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atZone(ZoneOffset.UTC))
        + "\r\nContent-Length: " + said.length() + "\r\nConnection: close\r\n\r\n" + said;
    one.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
  }

  private static String header(String request, String name) {
    int at = request.toLowerCase(Locale.ROOT).indexOf("\r\n" + name + ": ") + name.length() + 4;
    return request.substring(at, request.indexOf("\r\n", at));
  }
}

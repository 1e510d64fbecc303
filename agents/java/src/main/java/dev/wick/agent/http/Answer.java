package dev.wick.agent.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a server said (RFC 9112). */
public final class Answer {
  private static final int MAX_HEAD_BYTES = 64 * 1024;
  private static final int MAX_BODY_BYTES = 256 * 1024;

  public final int status;
  public final String body;
  private final Map<String, String> headers;

  private Answer(Head head, String body) {
    status = head.status;
    headers = head.headers;
    this.body = body;
  }

  /** Null where there is none. */
  public String header(String name) {
    return headers.get(name);
  }

  /** The Date header, epoch milliseconds; 0 where there is none. */
  public long date() {
    String date = header("Date");
    try {
      return date == null ? 0 : ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant().toEpochMilli();
    } catch (DateTimeParseException unreadable) {
      return 0;
    }
  }

  /** The status line and headers. */
  static final class Head {
    final int status;
    final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private Head(int status) {
      this.status = status;
    }
  }

  /** Reads no byte beyond it. */
  static Head readHead(InputStream in) throws IOException {
    int[] left = {MAX_HEAD_BYTES};
    String first = line(in, left);
    if (!first.matches("HTTP/1\\.\\d [1-5]\\d\\d( .*)?")) throw new IOException("the server's answer is not HTTP");
    Head head = new Head(Integer.parseInt(first.substring(9, 12)));
    for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
      int colon = line.indexOf(':');
      if (colon > 0) head.headers.put(line.substring(0, colon).trim(), line.substring(colon + 1).trim());
    }
    return head;
  }

  static Answer read(Head head, InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String length = head.headers.get("Content-Length");
    if (head.status == 204 || head.status == 304) {
      // Has none.
    } else if ("chunked".equalsIgnoreCase(head.headers.get("Transfer-Encoding"))) {
      int[] left = {MAX_HEAD_BYTES};
      for (int size = chunkSize(in, left); size > 0; size = chunkSize(in, left)) {
        copy(in, body, size);
        line(in, left);
      }
    } else if (length != null) {
      if (!length.matches("\\d{1,9}")) throw new IOException("the server's answer is not HTTP");
      copy(in, body, Integer.parseInt(length));
    } else {
      byte[] rest = in.readNBytes(MAX_BODY_BYTES + 1);
      if (rest.length > MAX_BODY_BYTES) throw new IOException("the server's answer is too long");
      body.write(rest);
    }
    return new Answer(head, new String(body.toByteArray(), StandardCharsets.UTF_8));
  }

  private static int chunkSize(InputStream in, int[] left) throws IOException {
    String size = line(in, left).replaceAll("\\s*;.*", "").toLowerCase(Locale.ROOT);
    if (!size.matches("[0-9a-f]{1,7}")) throw new IOException("the server's answer is not HTTP");
    return Integer.parseInt(size, 16);
  }

  private static void copy(InputStream in, ByteArrayOutputStream to, int length) throws IOException {
    if (to.size() + length > MAX_BODY_BYTES) throw new IOException("the server's answer is too long");
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) throw new EOFException("the server hung up within its answer");
    to.write(bytes);
  }

  /** Without its end. @param left of bytes that may be read */
  private static String line(InputStream in, int[] left) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) throw new EOFException("the server hung up before it answered");
      if (left[0]-- <= 0) throw new IOException("the server's answer is too long");
      if (next != '\r') bytes.write(next);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}

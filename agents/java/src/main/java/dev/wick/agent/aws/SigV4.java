package dev.wick.agent.aws;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** AWS Signature Version 4 over a whole body. */
public final class SigV4 {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private SigV4() {}

  /**
   * The headers that sign a request: {@code x-amz-date}, {@code authorization}, for temporary credentials
   * {@code x-amz-security-token}.
   *
   * @param path as it is sent, each segment already escaped
   * @param query names and values not escaped
   * @param headers to sign beside, names in lower case; {@code host} among them
   */
  public static Map<String, String> sign(
      String method,
      String path,
      Map<String, String> query,
      Map<String, String> headers,
      byte[] body,
      Credentials credentials,
      String region,
      String service,
      Instant now) {
    String stamp = STAMP.format(now);
    SortedMap<String, String> signed = new TreeMap<>(headers);
    signed.put("x-amz-date", stamp);
    if (credentials.sessionToken != null) signed.put("x-amz-security-token", credentials.sessionToken);
    String names = String.join(";", signed.keySet());
    StringBuilder canonical = new StringBuilder(512).append(method).append('\n');
    // Paths are escaped once more than they are sent.
    canonical.append(escape(path, true)).append('\n').append(queryString(query)).append('\n');
    signed.forEach((name, value) -> canonical.append(name).append(':').append(trimmed(value)).append('\n'));
    canonical.append('\n').append(names).append('\n').append(hex(sha256(body)));
    String scope = stamp.substring(0, 8) + '/' + region + '/' + service + "/aws4_request";
    String toSign = "AWS4-HMAC-SHA256\n" + stamp + '\n' + scope + '\n' + hex(sha256(utf8(canonical.toString())));
    byte[] key = utf8("AWS4" + credentials.secretAccessKey);
    for (String part : scope.split("/")) key = hmac(key, part);
    Map<String, String> added = new TreeMap<>();
    added.put("x-amz-date", stamp);
    if (credentials.sessionToken != null) added.put("x-amz-security-token", credentials.sessionToken);
    added.put(
        "authorization",
        "AWS4-HMAC-SHA256 Credential=" + credentials.accessKeyId + '/' + scope
            + ", SignedHeaders=" + names + ", Signature=" + hex(hmac(key, toSign)));
    return added;
  }

  /** Escaped and in order, as it is signed and sent; empty where there is none. */
  public static String queryString(Map<String, String> query) {
    SortedMap<String, String> escaped = new TreeMap<>();
    query.forEach((name, value) -> escaped.put(escape(name, false), escape(value, false)));
    StringBuilder string = new StringBuilder();
    escaped.forEach((name, value) -> string.append(string.length() == 0 ? "" : "&").append(name).append('=').append(value));
    return string.toString();
  }

  /** Percent-escapes all but unreserved characters. */
  public static String escape(String text, boolean keepSlashes) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (byte b : utf8(text)) {
      int c = b & 0xff;
      boolean plain =
          c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
              || c == '-' || c == '.' || c == '_' || c == '~' || keepSlashes && c == '/';
      if (plain) escaped.append((char) c);
      else escaped.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
          .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
    }
    return escaped.toString();
  }

  private static String trimmed(String value) {
    return value.trim().replaceAll(" +", " ");
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException everyJvmHasIt) {
      throw new IllegalStateException(everyJvmHasIt);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException everyJvmHasIt) {
      throw new IllegalStateException(everyJvmHasIt);
    }
  }

  private static String hex(byte[] bytes) {
    StringBuilder hex = new StringBuilder(bytes.length * 2);
    for (byte b : bytes) hex.append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
    return hex.toString();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

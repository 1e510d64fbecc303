package dev.wick.agent.aws;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Map;

/** An access key, possibly temporary. */
public final class Credentials {
  public final String accessKeyId;
  public final String secretAccessKey;
  /** Null for keys of users. */
  public final String sessionToken;
  /** Epoch milliseconds; {@link Long#MAX_VALUE} where they do not end. */
  public final long expiresAt;

  public Credentials(String accessKeyId, String secretAccessKey, String sessionToken, long expiresAt) {
    this.accessKeyId = accessKeyId;
    this.secretAccessKey = secretAccessKey;
    this.sessionToken = sessionToken == null || sessionToken.isEmpty() ? null : sessionToken;
    this.expiresAt = expiresAt;
  }

  /**
   * Of what STS, containers, instances and processes answer.
   *
   * @param tokenName what the source calls the session token
   * @param source for the reason why there are none
   */
  static Credentials in(Map<String, ?> answer, String tokenName, String source) throws NoCredentials {
    Object key = answer.get("AccessKeyId");
    Object secret = answer.get("SecretAccessKey");
    Object token = answer.get(tokenName);
    if (!(key instanceof String) || !(secret instanceof String)) throw new NoCredentials(source + " answers without credentials");
    return new Credentials(
        (String) key, (String) secret, token instanceof String ? (String) token : null, end(answer.get("Expiration"), source));
  }

  /** With an offset, or a {@code Z}: what Instant reads depends on the version of Java. */
  private static long end(Object expiration, String source) throws NoCredentials {
    if (expiration == null) return Long.MAX_VALUE;
    try {
      return OffsetDateTime.parse(expiration.toString()).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException noTime) {
      throw new NoCredentials(source + " answers with an Expiration that is no time: " + expiration);
    }
  }
}

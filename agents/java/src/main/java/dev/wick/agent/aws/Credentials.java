package dev.wick.agent.aws;

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
}

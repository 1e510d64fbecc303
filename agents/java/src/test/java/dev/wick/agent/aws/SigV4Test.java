package dev.wick.agent.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

class SigV4Test {
  private static final String LETTERS = "abcXYZ019 -_.~!*'()=&+%/äß漢;:@$,";

  @Test
  void randomRequestsAreSignedAsByTheSdk() {
    Random random = new Random(4);
    for (int trial = 0; trial < 300; trial++) {
      Instant now = Instant.ofEpochSecond(1_600_000_000L + random.nextInt(400_000_000));
      String path = "/profilingGroups/" + SigV4.escape(text(random, 20), false) + "/agentProfile";
      Map<String, String> query = new LinkedHashMap<>();
      for (int i = random.nextInt(4); i > 0; i--) query.put("q" + text(random, 5), text(random, 30));
      byte[] body = text(random, 300).getBytes(StandardCharsets.UTF_8);
      String token = random.nextBoolean() ? "token/" + random.nextLong() + "==" : null;
      Credentials ours = new Credentials("AKID" + random.nextInt(), "secret/" + random.nextLong(), token, 0);
      String region = random.nextBoolean() ? "eu-west-1" : "us-east-1";

      SdkHttpFullRequest.Builder request = SdkHttpFullRequest.builder()
          .method(SdkHttpMethod.POST)
          .uri(URI.create("http://127.0.0.1:8443"))
          .encodedPath(path)
          .putHeader("content-type", "application/json");
      query.forEach(request::putRawQueryParameter);
      AwsCredentialsIdentity theirs = token == null
          ? AwsCredentialsIdentity.create(ours.accessKeyId, ours.secretAccessKey)
          : AwsSessionCredentialsIdentity.create(ours.accessKeyId, ours.secretAccessKey, token);
      String expected = AwsV4HttpSigner.create()
          .sign(sign -> sign
              .identity(theirs)
              .request(request.build())
              .payload(ContentStreamProvider.fromByteArray(body))
              .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "codeguru-profiler")
              .putProperty(AwsV4HttpSigner.REGION_NAME, region)
              .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(now, ZoneOffset.UTC)))
          .request()
          .firstMatchingHeader("Authorization")
          .get();

      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("content-type", "application/json");
      headers.put("host", "127.0.0.1:8443");
      // The SDK's signer adds the body's hash as a header and signs it.
      if (expected.contains("x-amz-content-sha256")) headers.put("x-amz-content-sha256", sha256(body));
      Map<String, String> signed =
          SigV4.sign("POST", path, query, headers, body, ours, region, "codeguru-profiler", now);
      assertEquals(expected, signed.get("authorization"), "request " + trial);
    }
  }

  private static String text(Random random, int most) {
    StringBuilder text = new StringBuilder("x");
    for (int i = random.nextInt(most); i > 0; i--) text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    return text.toString();
  }

  private static String sha256(byte[] bytes) {
    try {
      StringBuilder hex = new StringBuilder();
      for (byte b : java.security.MessageDigest.getInstance("SHA-256").digest(bytes)) hex.append(String.format("%02x", b));
      return hex.toString();
    } catch (java.security.GeneralSecurityException everyJvmHasIt) {
      throw new IllegalStateException(everyJvmHasIt);
    }
  }
}

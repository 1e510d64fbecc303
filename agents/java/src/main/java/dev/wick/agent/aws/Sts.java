package dev.wick.agent.aws;

import dev.wick.agent.http.Answer;
import dev.wick.agent.http.Http;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Roles: with the keys of somebody else, or with the token of an identity provider. Null where they are not given. */
final class Sts {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final int CALL_MILLIS = 10_000;

  private final String endpoint;
  private final String region;
  private final Http http;

  Sts(String endpoint, String region, Http http) {
    this.endpoint = endpoint.endsWith("/") ? endpoint : endpoint + '/';
    this.region = region;
    this.http = http;
  }

  Credentials assumeRoleWithWebIdentity(String role, String session, String token) throws IOException {
    byte[] body = form("AssumeRoleWithWebIdentity", Map.of(
        "RoleArn", role, "RoleSessionName", session, "WebIdentityToken", token));
    return ask(body, Map.of("Content-Type", FORM));
  }

  /** @param externalId null where there is none */
  Credentials assumeRole(String role, String session, String externalId, Credentials with) {
    try {
      Map<String, String> parameters = new HashMap<>(Map.of("RoleArn", role, "RoleSessionName", session));
      if (externalId != null) parameters.put("ExternalId", externalId);
      byte[] body = form("AssumeRole", parameters);
      URL url = new URL(endpoint);
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("content-type", FORM);
      headers.put("host", Http.host(url));
      headers.putAll(
          SigV4.sign("POST", url.getPath(), Map.of(), headers, body, with, region, "sts", Instant.now()));
      return ask(body, headers);
    } catch (IOException | RuntimeException notNow) {
      return null;
    }
  }

  private Credentials ask(byte[] body, Map<String, String> headers) throws IOException {
    Answer answer = http.call("POST", new URL(endpoint), headers, body, CALL_MILLIS);
    if (answer.status != 200) return null;
    return CredentialChain.temporary(
        element(answer.body, "AccessKeyId"),
        element(answer.body, "SecretAccessKey"),
        element(answer.body, "SessionToken"),
        element(answer.body, "Expiration"));
  }

  private static byte[] form(String action, Map<String, String> parameters) {
    Map<String, String> all = new HashMap<>(parameters);
    all.put("Action", action);
    all.put("Version", "2011-06-15");
    return SigV4.queryString(all).getBytes(StandardCharsets.UTF_8);
  }

  /** The text of the first element of a name; null where there is none. */
  private static String element(String xml, String name) {
    int start = xml.indexOf('<' + name + '>');
    int end = xml.indexOf("</" + name + '>');
    return start < 0 || end < start ? null : xml.substring(start + name.length() + 2, end);
  }
}

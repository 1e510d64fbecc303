package dev.wick.agent.aws;

import dev.wick.agent.http.Answer;
import dev.wick.agent.http.Http;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Roles: with the keys of somebody else, or with the token of an identity provider. */
final class Sts {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final int CALL_MILLIS = 10_000;
  private static final int MAX_REASON_CHARS = 300;

  private final String endpoint;
  private final String region;
  private final Http http;
  private final ServerClock clock;

  Sts(String endpoint, String region, Http http, ServerClock clock) {
    this.endpoint = endpoint.endsWith("/") ? endpoint : endpoint + '/';
    this.region = region;
    this.http = http;
    this.clock = clock;
  }

  Credentials assumeRoleWithWebIdentity(String role, String session, String token) throws NoCredentials {
    byte[] body = form("AssumeRoleWithWebIdentity", Map.of(
        "RoleArn", role, "RoleSessionName", session, "WebIdentityToken", token));
    return credentials(ask(body, Map.of("Content-Type", FORM)), role);
  }

  /** @param externalId null where there is none */
  Credentials assumeRole(String role, String session, String externalId, Credentials with) throws NoCredentials {
    Map<String, String> parameters = new HashMap<>(Map.of("RoleArn", role, "RoleSessionName", session));
    if (externalId != null) parameters.put("ExternalId", externalId);
    byte[] body = form("AssumeRole", parameters);
    long offset = clock.offset();
    Answer answer = askSigned(body, with);
    if (answer.status == 200) return credentials(answer, role);
    // Of another clock than ours STS is often the first to tell: without a role nothing else is asked.
    clock.learn(answer.date());
    return credentials(clock.isOtherThan(offset) ? askSigned(body, with) : answer, role);
  }

  private Answer askSigned(byte[] body, Credentials with) throws NoCredentials {
    URL url = url();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", FORM);
    headers.put("host", Http.host(url));
    headers.putAll(SigV4.sign("POST", url.getPath(), Map.of(), headers, body, with, region, "sts", clock.now()));
    return ask(body, headers);
  }

  private Answer ask(byte[] body, Map<String, String> headers) throws NoCredentials {
    URL url = url();
    try {
      return http.call("POST", url, headers, body, CALL_MILLIS);
    } catch (IOException | RuntimeException noAnswer) {
      throw new NoCredentials(endpoint + ", which gives roles, cannot be reached: " + noAnswer.getMessage());
    }
  }

  private URL url() throws NoCredentials {
    if (Endpoints.namesUser(endpoint)) throw new NoCredentials("AWS_ENDPOINT_URL_STS must name no user and no password");
    try {
      return new URL(endpoint);
    } catch (IOException noAddress) {
      throw new NoCredentials("AWS_ENDPOINT_URL_STS is no address: " + endpoint);
    }
  }

  private Credentials credentials(Answer answer, String role) throws NoCredentials {
    if (answer.status != 200) throw new NoCredentials("the role " + role + " is refused by " + endpoint + ": " + reason(answer));
    Map<String, String> found = new HashMap<>();
    for (String name : new String[] {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}) {
      String text = element(answer.body, name);
      if (text != null) found.put(name, text);
    }
    return Credentials.in(found, "SessionToken", endpoint);
  }

  private static String reason(Answer answer) {
    String code = element(answer.body, "Code");
    String message = element(answer.body, "Message");
    String reason = answer.status + (code == null ? "" : ' ' + code) + (message == null ? "" : ": " + message);
    return reason.substring(0, Math.min(MAX_REASON_CHARS, reason.length()));
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
    if (start < 0 || end < start) return null;
    return xml.substring(start + name.length() + 2, end)
        .replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&").trim();
  }
}

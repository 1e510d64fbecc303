package dev.wick.agent.aws;

import dev.wick.agent.encode.JsonReader;
import dev.wick.agent.http.Answer;
import dev.wick.agent.http.Http;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Where AWS's SDKs look for credentials, in the order of the one for Java: system properties, environment, web identity, shared
 * files, container, instance. Held until five minutes before their end. For one thread.
 */
public final class CredentialChain {
  private static final long EARLY_MILLIS = 5 * 60_000;
  /** Services of the machine answer at once or are not there. */
  private static final int LOCAL_MILLIS = 1000;
  private static final int PROCESS_SECONDS = 10;
  private static final int MAX_ROLES = 5;
  private static final String SESSION = "wick-agent";

  private final Function<String, String> environment;
  private final SharedFiles files;
  private final Http http;
  private final Sts sts;
  private Credentials held;

  public CredentialChain(Function<String, String> environment, SharedFiles files, Http http, String region) {
    this.environment = environment;
    this.files = files;
    this.http = http;
    sts = new Sts(
        either(
            environment.apply("AWS_ENDPOINT_URL_STS"),
            either(environment.apply("AWS_ENDPOINT_URL"), "https://sts." + region + ".amazonaws.com")),
        region,
        http);
  }

  /** The credentials to use now; null when there are none anywhere. */
  public Credentials get() {
    if (held == null || held.expiresAt - EARLY_MILLIS < System.currentTimeMillis()) {
      Credentials found = find();
      // What still works is better than nothing.
      if (found != null || held == null || held.expiresAt < System.currentTimeMillis()) held = found;
    }
    return held;
  }

  /** Looks anew next time: what there is was refused. */
  public void forget() {
    held = null;
  }

  private Credentials find() {
    Credentials found = of(
        System.getProperty("aws.accessKeyId"),
        either(System.getProperty("aws.secretAccessKey"), System.getProperty("aws.secretKey")),
        System.getProperty("aws.sessionToken"));
    if (found == null) found = ofEnvironment();
    if (found == null) found = webIdentity();
    if (found == null) found = ofProfile(files.chosen(), MAX_ROLES);
    if (found == null) found = container();
    if (found == null) found = instance();
    return found;
  }

  private Credentials webIdentity() {
    String file = environment.apply("AWS_WEB_IDENTITY_TOKEN_FILE");
    String role = environment.apply("AWS_ROLE_ARN");
    if (file == null || role == null) return null;
    return withToken(file, role, either(environment.apply("AWS_ROLE_SESSION_NAME"), SESSION));
  }

  /** The file is read each time: tokens are renewed there. */
  private Credentials withToken(String file, String role, String session) {
    try {
      String token = new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8).trim();
      return sts.assumeRoleWithWebIdentity(role, session, token);
    } catch (IOException | RuntimeException notNow) {
      return null;
    }
  }

  /** @param depth how many roles may still be taken on the way */
  private Credentials ofProfile(String name, int depth) {
    Map<String, String> profile = files.profile(name);
    Credentials keys = of(
        profile.get("aws_access_key_id"), profile.get("aws_secret_access_key"), profile.get("aws_session_token"));
    String role = profile.get("role_arn");
    if (role == null) {
      String command = profile.get("credential_process");
      return keys != null || command == null ? keys : process(command);
    }
    if (depth == 0) return null;
    String session = either(profile.get("role_session_name"), SESSION);
    String tokenFile = profile.get("web_identity_token_file");
    if (tokenFile != null) return withToken(tokenFile, role, session);
    String source = profile.get("source_profile");
    // A profile may be its own source: then its keys are meant.
    Credentials with = source == null
        ? ofSource(profile.get("credential_source"))
        : source.equals(name) ? keys : ofProfile(source, depth - 1);
    return with == null ? null : sts.assumeRole(role, session, profile.get("external_id"), with);
  }

  private Credentials ofSource(String source) {
    if ("Environment".equals(source)) return ofEnvironment();
    if ("EcsContainer".equals(source)) return container();
    return "Ec2InstanceMetadata".equals(source) ? instance() : null;
  }

  private Credentials ofEnvironment() {
    return of(
        environment.apply("AWS_ACCESS_KEY_ID"),
        environment.apply("AWS_SECRET_ACCESS_KEY"),
        environment.apply("AWS_SESSION_TOKEN"));
  }

  /** As AWS's tools do it; its standard input and error are not the host's. */
  private static Credentials process(String command) {
    try {
      Process process = new ProcessBuilder("/bin/sh", "-c", command)
          .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
      try {
        // An answer is far shorter than a pipe.
        if (!process.waitFor(PROCESS_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) return null;
        byte[] said = process.getInputStream().readNBytes(64 * 1024);
        return inJson(JsonReader.object(new String(said, StandardCharsets.UTF_8)), "SessionToken");
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException notToBeStarted) {
      return null;
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private Credentials container() {
    String relative = environment.apply("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    String url = relative != null
        ? "http://169.254.170.2" + relative
        : environment.apply("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (url == null) return null;
    try {
      if (!isNear(new URL(url))) return null;
      String token = environment.apply("AWS_CONTAINER_AUTHORIZATION_TOKEN");
      String file = environment.apply("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
      if (file != null) token = new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8).trim();
      Map<String, String> headers = token == null ? Map.of() : Map.of("Authorization", token);
      return inJson(JsonReader.object(local("GET", url, headers)), "Token");
    } catch (IOException | RuntimeException notNow) {
      return null;
    }
  }

  /** Over plain HTTP only to this machine and to the addresses of ECS and EKS, as every SDK has it. */
  private static boolean isNear(URL url) {
    String host = url.getHost().replaceAll("^\\[|]$", "");
    return url.getProtocol().equals("https") || host.equals("localhost") || host.startsWith("127.")
        || Set.of("::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23").contains(host);
  }

  private Credentials instance() {
    if ("true".equalsIgnoreCase(environment.apply("AWS_EC2_METADATA_DISABLED"))) return null;
    String base = either(environment.apply("AWS_EC2_METADATA_SERVICE_ENDPOINT"), "http://169.254.169.254");
    if (base.endsWith("/")) base = base.substring(0, base.length() - 1);
    try {
      String token = local("PUT", base + "/latest/api/token", Map.of("X-aws-ec2-metadata-token-ttl-seconds", "300"));
      Map<String, String> headers = Map.of("X-aws-ec2-metadata-token", token);
      String roles = base + "/latest/meta-data/iam/security-credentials/";
      String role = local("GET", roles, headers).split("\n")[0].trim();
      return inJson(JsonReader.object(local("GET", roles + role, headers)), "Token");
    } catch (IOException | RuntimeException notThere) {
      return null;
    }
  }

  private String local(String method, String url, Map<String, String> headers) throws IOException {
    Answer answer = http.callLocal(method, new URL(url), headers, LOCAL_MILLIS);
    if (answer.status != 200) throw new IOException(url + " answers " + answer.status);
    return answer.body;
  }

  private static Credentials inJson(Map<String, Object> json, String tokenName) {
    Object expiration = json.get("Expiration");
    return temporary(
        text(json.get("AccessKeyId")),
        text(json.get("SecretAccessKey")),
        text(json.get(tokenName)),
        expiration == null ? null : text(expiration));
  }

  private static String text(Object value) {
    return value instanceof String ? (String) value : null;
  }

  static Credentials temporary(String key, String secret, String token, String expiration) {
    if (key == null || secret == null) return null;
    long end = expiration == null ? Long.MAX_VALUE : Instant.parse(expiration).toEpochMilli();
    return new Credentials(key, secret, token, end);
  }

  private static Credentials of(String key, String secret, String token) {
    if (key == null || key.isEmpty() || secret == null || secret.isEmpty()) return null;
    return new Credentials(key, secret, token, Long.MAX_VALUE);
  }

  private static String either(String value, String otherwise) {
    return value == null || value.isEmpty() ? otherwise : value;
  }
}

package dev.wick.agent.aws;

import dev.wick.agent.encode.JsonReader;
import dev.wick.agent.http.Answer;
import dev.wick.agent.http.Http;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What the platform hands out: to containers, and to instances (IMDSv2). Never asked through a proxy. */
public final class Metadata {
  /** Services of the machine answer at once or are not there. */
  private static final int LOCAL_MILLIS = 1000;

  private final Function<String, String> environment;
  private final Http http;

  public Metadata(Function<String, String> environment, Http http) {
    this.environment = environment;
    this.http = http;
  }

  /** Null where this is no container with a role. */
  Credentials ofContainer() throws NoCredentials {
    String relative = environment.apply("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    String url = relative != null
        ? "http://169.254.170.2" + relative
        : environment.apply("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (url == null) return null;
    try {
      if (!isNear(new URL(url))) {
        throw new NoCredentials("AWS_CONTAINER_CREDENTIALS_FULL_URI is plain HTTP to another machine: " + url);
      }
      String token = environment.apply("AWS_CONTAINER_AUTHORIZATION_TOKEN");
      String file = environment.apply("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
      if (file != null) token = text(file, "the container's token");
      Map<String, String> headers = token == null ? Map.of() : Map.of("Authorization", token);
      return Credentials.in(JsonReader.object(ask("GET", url, headers)), "Token", "the container's metadata");
    } catch (IOException | RuntimeException noAnswer) {
      throw new NoCredentials("the container's metadata give none: " + noAnswer.getMessage());
    }
  }

  /** Over plain HTTP only to this machine and to the addresses of ECS and EKS, as every SDK has it. */
  private static boolean isNear(URL url) {
    String host = url.getHost().replaceAll("^\\[|]$", "");
    return url.getProtocol().equals("https") || host.equals("localhost") || host.matches("127(\\.\\d{1,3}){3}")
        || Set.of("::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23").contains(host);
  }

  /** Null where this is no instance with a role. */
  Credentials ofInstance() throws NoCredentials {
    if (isInstanceForbidden()) return null;
    String answer;
    try {
      Map<String, String> headers = instanceToken();
      String roles = "/latest/meta-data/iam/security-credentials/";
      answer = ofInstance(roles + ofInstance(roles, headers).split("\n")[0].trim(), headers);
    } catch (IOException | RuntimeException notThere) {
      return null;
    }
    return Credentials.in(JsonReader.object(answer), "Token", "the instance's metadata");
  }

  public boolean isInstanceForbidden() {
    return "true".equalsIgnoreCase(environment.apply("AWS_EC2_METADATA_DISABLED"));
  }

  /** Headers for further questions: the second version of the protocol wants a token first. */
  public Map<String, String> instanceToken() throws IOException {
    String token = ask("PUT", instanceHost() + "/latest/api/token", Map.of("X-aws-ec2-metadata-token-ttl-seconds", "300"));
    return Map.of("X-aws-ec2-metadata-token", token.trim());
  }

  public String ofInstance(String path, Map<String, String> headers) throws IOException {
    return ask("GET", instanceHost() + path, headers).trim();
  }

  /** Whether somebody says where an instance's metadata are, who will know that this is one. */
  public boolean isInstanceNamed() {
    return environment.apply("AWS_EC2_METADATA_SERVICE_ENDPOINT") != null;
  }

  private String instanceHost() {
    if (!isInstanceNamed()) return "http://169.254.169.254";
    String host = environment.apply("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    return host.endsWith("/") ? host.substring(0, host.length() - 1) : host;
  }

  private String ask(String method, String url, Map<String, String> headers) throws IOException {
    Answer answer = http.callLocal(method, new URL(url), headers, LOCAL_MILLIS);
    if (answer.status != 200) throw new IOException(url + " answers " + answer.status);
    return answer.body;
  }

  /** @param what it is, for the reason why there are no credentials */
  static String text(String file, String what) throws NoCredentials {
    try {
      return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8).trim();
    } catch (IOException | RuntimeException unreadable) {
      throw new NoCredentials(what + " in " + file + " cannot be read: " + unreadable.getClass().getSimpleName());
    }
  }
}

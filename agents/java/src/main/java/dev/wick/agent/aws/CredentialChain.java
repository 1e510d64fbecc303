package dev.wick.agent.aws;

import dev.wick.agent.Given;
import dev.wick.agent.encode.JsonReader;
import dev.wick.agent.http.Http;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Where AWS's SDKs look for credentials, in the order of the one for Java: system properties, environment, web identity, shared
 * files, container, instance. The first that is set up is used or says what is wrong: those of another identity would be refused
 * later, for reasons that nobody finds. Held until five minutes before their end. For one thread.
 */
public final class CredentialChain {
  private static final long EARLY_MILLIS = 5 * 60_000;
  private static final int PROCESS_SECONDS = 10;
  private static final int MAX_ROLES = 5;
  private static final String SESSION = "wick-agent";

  private final Function<String, String> environment;
  private final SharedFiles files;
  private final Metadata metadata;
  private final Sts sts;
  private final ServerClock clock;
  private Credentials held;

  /** @param environment null for variables that are empty */
  public CredentialChain(
      Function<String, String> environment, SharedFiles files, Http http, String region, ServerClock clock) {
    this.environment = environment;
    this.files = files;
    this.clock = clock;
    metadata = new Metadata(environment, http);
    sts = new Sts(
        Given.first(Endpoints.configured("sts", environment, files), "https://sts." + region + ".amazonaws.com"),
        region,
        http,
        clock);
  }

  /** The credentials to use now. */
  public Credentials get() throws NoCredentials {
    if (held != null && held.expiresAt - EARLY_MILLIS >= clock.millis()) return held;
    try {
      held = find();
    } catch (NoCredentials none) {
      // What still works is better than nothing.
      if (held == null || held.expiresAt < clock.millis()) throw none;
    } catch (RuntimeException unexpected) {
      throw new NoCredentials("they cannot be read: " + unexpected);
    }
    return held;
  }

  /** Looks anew: what there is was refused. It stays where nothing else is found, as it may be good for other questions. */
  public Credentials renewed() throws NoCredentials {
    Credentials before = held;
    held = null;
    try {
      return get();
    } catch (NoCredentials none) {
      held = before;
      throw none;
    }
  }

  private Credentials find() throws NoCredentials {
    Credentials found = of(
        System.getProperty("aws.accessKeyId"),
        Given.first(System.getProperty("aws.secretAccessKey"), System.getProperty("aws.secretKey")),
        System.getProperty("aws.sessionToken"), "the system property aws.accessKeyId");
    if (found == null) found = ofEnvironment();
    if (found == null) found = webIdentity();
    if (found == null) found = ofProfile(files.chosen(), MAX_ROLES);
    if (found == null) found = metadata.ofContainer();
    if (found == null) found = metadata.ofInstance();
    if (found != null) return found;
    throw new NoCredentials("none in system properties, environment or profile " + files.chosen()
        + " of the shared files, from a web identity, container or instance: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE");
  }

  private Credentials webIdentity() throws NoCredentials {
    String file = environment.apply("AWS_WEB_IDENTITY_TOKEN_FILE");
    String role = environment.apply("AWS_ROLE_ARN");
    if (file == null || role == null) return null;
    return withToken(file, role, Given.first(environment.apply("AWS_ROLE_SESSION_NAME"), SESSION));
  }

  /** The file is read each time: tokens are renewed there. */
  private Credentials withToken(String file, String role, String session) throws NoCredentials {
    return sts.assumeRoleWithWebIdentity(role, session, Metadata.text(file, "the web identity token"));
  }

  /** Null where the profile says nothing of them. @param depth how many roles may still be taken on the way */
  private Credentials ofProfile(String name, int depth) throws NoCredentials {
    Map<String, String> profile = files.profile(name);
    if (profile == null) {
      if (SharedFiles.isDefault(name)) return null;
      throw new NoCredentials("the profile " + name + " is in neither of the shared files");
    }
    Credentials keys = of(
        profile.get("aws_access_key_id"), profile.get("aws_secret_access_key"), profile.get("aws_session_token"), "profile " + name);
    String role = profile.get("role_arn");
    if (role == null) {
      String command = profile.get("credential_process");
      if (keys == null && command == null && (profile.containsKey("sso_session") || profile.containsKey("sso_start_url"))) {
        throw new NoCredentials("the profile " + name + " signs a person in, which a program cannot");
      }
      return keys != null || command == null ? keys : process(command, name);
    }
    if (depth == 0) throw new NoCredentials("the profile " + name + " is one of more than " + MAX_ROLES + " roles in a row");
    String session = Given.first(profile.get("role_session_name"), SESSION);
    String tokenFile = profile.get("web_identity_token_file");
    if (tokenFile != null) return withToken(tokenFile, role, session);
    String source = profile.get("source_profile");
    // A profile may be its own source: then its keys are meant.
    Credentials with = source == null
        ? ofSource(profile.get("credential_source"))
        : source.equals(name) ? keys : ofProfile(source, depth - 1);
    if (with == null) throw new NoCredentials("the profile " + name + " has a role, and nothing to take it with");
    return sts.assumeRole(role, session, profile.get("external_id"), with);
  }

  private Credentials ofSource(String source) throws NoCredentials {
    if ("Environment".equals(source)) return ofEnvironment();
    if ("EcsContainer".equals(source)) return metadata.ofContainer();
    return "Ec2InstanceMetadata".equals(source) ? metadata.ofInstance() : null;
  }

  private Credentials ofEnvironment() throws NoCredentials {
    return of(
        environment.apply("AWS_ACCESS_KEY_ID"),
        environment.apply("AWS_SECRET_ACCESS_KEY"),
        environment.apply("AWS_SESSION_TOKEN"),
        "AWS_ACCESS_KEY_ID");
  }

  /** As AWS's tools do it; its standard input and error are not the host's. Neither command nor output is told: both may hold secrets. */
  private static Credentials process(String command, String profile) throws NoCredentials {
    String what = "the credential_process of profile " + profile;
    try {
      Process process = new ProcessBuilder("/bin/sh", "-c", command)
          .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
      try {
        // An answer is far shorter than a pipe.
        if (!process.waitFor(PROCESS_SECONDS, TimeUnit.SECONDS)) {
          throw new NoCredentials(what + " takes longer than " + PROCESS_SECONDS + " s");
        }
        if (process.exitValue() != 0) throw new NoCredentials(what + " ends with " + process.exitValue());
        byte[] said = process.getInputStream().readNBytes(64 * 1024);
        return Credentials.in(JsonReader.object(new String(said, StandardCharsets.UTF_8)), "SessionToken", what);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException notToBeStarted) {
      throw new NoCredentials(what + " cannot be run");
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new NoCredentials(what + " was interrupted");
    }
  }

  /** Null where there is no key. @param source of the key, for the reason why it is of no use */
  private static Credentials of(String key, String secret, String token, String source) throws NoCredentials {
    if (key == null || key.isEmpty()) return null;
    if (secret == null || secret.isEmpty()) throw new NoCredentials(source + " has a key without its secret");
    return new Credentials(key, secret, token, Long.MAX_VALUE);
  }
}

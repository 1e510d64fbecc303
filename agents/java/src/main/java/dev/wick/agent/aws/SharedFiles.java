package dev.wick.agent.aws;

import dev.wick.agent.Given;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The files that AWS's tools share: credentials and config, and the profile of them that is chosen. Read anew when asked. */
public final class SharedFiles {
  private static final long MAX_BYTES = 1024 * 1024;

  /** Not paths: where the locale cannot write a name (LANG=C), there are none of it. */
  private final File credentials;
  private final File config;
  private final String profile;

  public SharedFiles(Function<String, String> environment) {
    File aws = new File(System.getProperty("user.home", "/"), ".aws");
    credentials = file(environment, "AWS_SHARED_CREDENTIALS_FILE",
        file(environment, "AWS_CODEGURU_PROFILER_CREDENTIAL_PATH", new File(aws, "credentials")));
    config = file(environment, "AWS_CONFIG_FILE", new File(aws, "config"));
    profile = Given.first(environment.apply("AWS_PROFILE"), environment.apply("AWS_DEFAULT_PROFILE"), "default");
  }

  /** A setting of the chosen profile; null where there is none. */
  public String setting(String name) {
    Map<String, String> settings = profile(profile);
    return settings == null ? null : settings.get(name);
  }

  /** Where the chosen profile says that a service is, in its {@code services} section or for all; null where it does not. */
  String endpoint(String service) {
    String services = setting("services");
    Map<String, String> section = services == null ? null : section(config, "services " + services);
    String own = section == null ? null : section.get(service + ".endpoint_url");
    return own == null ? setting("endpoint_url") : own;
  }

  /** The name of the chosen profile. */
  String chosen() {
    return profile;
  }

  /** Whether it is the profile that is meant where nobody names one. */
  static boolean isDefault(String name) {
    return name.equals("default");
  }

  /** Everything that both files say about a profile; credentials win. Null where neither has it. */
  Map<String, String> profile(String name) {
    Map<String, String> configured = section(config, isDefault(name) ? name : "profile " + name);
    Map<String, String> keys = section(credentials, name);
    if (configured == null || keys == null) return configured == null ? keys : configured;
    configured.putAll(keys);
    return configured;
  }

  /** Null where the file has none of that name. Indented lines are settings of one service: {@code sts.endpoint_url}. */
  private static Map<String, String> section(File file, String wanted) {
    Map<String, String> settings = null;
    try {
      if (file.length() > MAX_BYTES) return null;
      boolean inside = false;
      String service = "";
      for (String line : new String(Files.readAllBytes(file.toPath()), StandardCharsets.UTF_8).split("\n")) {
        String text = line.trim();
        if (text.startsWith("#") || text.startsWith(";")) continue;
        if (text.startsWith("[") && text.endsWith("]")) {
          inside = text.substring(1, text.length() - 1).trim().replaceAll("\\s+", " ").equals(wanted);
          if (inside && settings == null) settings = new HashMap<>();
          continue;
        }
        int equals = text.indexOf('=');
        if (!inside || equals <= 0) continue;
        String key = text.substring(0, equals).trim();
        String value = text.substring(equals + 1).trim();
        boolean isIndented = Character.isWhitespace(line.charAt(0));
        if (!isIndented) service = value.isEmpty() ? key + '.' : "";
        if (!isIndented || !service.isEmpty()) settings.put(isIndented ? service + key : key, value);
      }
    } catch (IOException | RuntimeException notThere) {
      // As if it said nothing.
    }
    return settings;
  }

  private static File file(Function<String, String> environment, String name, File otherwise) {
    String value = environment.apply(name);
    return value == null || value.isEmpty() ? otherwise : new File(value);
  }
}

package dev.wick.agent.aws;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The files that AWS's tools share: credentials and config, and the profile of them that is chosen. Read anew when asked. */
public final class SharedFiles {
  private static final long MAX_BYTES = 1024 * 1024;

  private final Path credentials;
  private final Path config;
  private final String profile;

  public SharedFiles(Function<String, String> environment) {
    Path aws = Path.of(System.getProperty("user.home", "/"), ".aws");
    credentials = path(environment, "AWS_SHARED_CREDENTIALS_FILE",
        path(environment, "AWS_CODEGURU_PROFILER_CREDENTIAL_PATH", aws.resolve("credentials")));
    config = path(environment, "AWS_CONFIG_FILE", aws.resolve("config"));
    String named = environment.apply("AWS_PROFILE");
    profile = named == null || named.isEmpty() ? "default" : named;
  }

  /** A setting of the chosen profile; null where there is none. */
  public String setting(String name) {
    Map<String, String> settings = profile(profile);
    return settings == null ? null : settings.get(name);
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

  /** Null where the file has none of that name. */
  private static Map<String, String> section(Path file, String wanted) {
    Map<String, String> settings = null;
    try {
      if (Files.size(file) > MAX_BYTES) return null;
      boolean inside = false;
      for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n")) {
        String text = line.trim();
        if (text.startsWith("#") || text.startsWith(";")) continue;
        if (text.startsWith("[") && text.endsWith("]")) {
          inside = text.substring(1, text.length() - 1).trim().replaceAll("\\s+", " ").equals(wanted);
          if (inside && settings == null) settings = new HashMap<>();
          continue;
        }
        int equals = text.indexOf('=');
        // Indented lines are settings of one service.
        if (inside && equals > 0 && !Character.isWhitespace(line.charAt(0))) {
          settings.put(text.substring(0, equals).trim(), text.substring(equals + 1).trim());
        }
      }
    } catch (IOException | RuntimeException notThere) {
      // As if it said nothing.
    }
    return settings;
  }

  private static Path path(Function<String, String> environment, String name, Path otherwise) {
    String value = environment.apply(name);
    return value == null || value.isEmpty() ? otherwise : Path.of(value);
  }
}

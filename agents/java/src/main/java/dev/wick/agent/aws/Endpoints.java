package dev.wick.agent.aws;

import java.util.Locale;
import java.util.function.Function;

/** Where AWS's tools are told that a service is. */
public final class Endpoints {
  private Endpoints() {}

  /**
   * As the environment has it, then the shared files: of the service, else of all. Null where neither has, or they are to be ignored.
   *
   * @param service in lower case, {@code sts}
   */
  public static String configured(String service, Function<String, String> environment, SharedFiles files) {
    if ("true".equalsIgnoreCase(environment.apply("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"))) return null;
    for (String name : new String[] {"AWS_ENDPOINT_URL_" + service.toUpperCase(Locale.ROOT), "AWS_ENDPOINT_URL"}) {
      String url = environment.apply(name);
      if (url != null && !url.isEmpty()) return url;
    }
    return files.endpoint(service);
  }
}

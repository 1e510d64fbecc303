package dev.wick.agent.aws;

import dev.wick.agent.Given;
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
    return Given.first(
        environment.apply("AWS_ENDPOINT_URL_" + service.toUpperCase(Locale.ROOT)),
        environment.apply("AWS_ENDPOINT_URL"),
        files.endpoint(service));
  }

  /** Whether an address holds a user, and perhaps a password: whoever repeats it in a log gives that away. */
  public static boolean namesUser(String url) {
    return url.matches("(\\w+://)?[^/]*@.*");
  }
}

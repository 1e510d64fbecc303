package dev.wick.agent;

import java.util.function.Function;

/** What was given, by a variable, a file or an argument: what is empty is as good as not given. */
public final class Given {
  private Given() {}

  /** The first that is not empty; where there is none, the last, whatever it is. */
  public static String first(String... values) {
    for (String value : values) if (value != null && !value.isEmpty()) return value;
    return values[values.length - 1];
  }

  /** The same variables; null for those that are empty. */
  public static Function<String, String> in(Function<String, String> environment) {
    return name -> first(environment.apply(name), null);
  }
}

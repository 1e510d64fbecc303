package dev.wick.agent.host;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/** Starts agents from two class loaders, as two applications in one server do, and a third once the first is stopped. */
public final class TwoLoaders {
  private TwoLoaders() {}

  public static void main(String[] args) throws Exception {
    Object first = start("first", args[1]);
    // At once: their threads race.
    start("second", args[1]);
    Thread.sleep(1000);
    first.getClass().getMethod("stop").invoke(first);
    start("third", args[1]);
    Told.repeat(args, Host::compute);
  }

  private static Object start(String group, String url) throws Exception {
    URLClassLoader loader = new URLClassLoader(new URL[] {Path.of("target/wick-agent.jar").toUri().toURL()}, null);
    Object builder = loader.loadClass("dev.wick.agent.Profiler").getMethod("builder").invoke(null);
    builder.getClass().getMethod("profilingGroupName", String.class).invoke(builder, group);
    builder.getClass().getMethod("endpoint", String.class).invoke(builder, url);
    Object profiler = builder.getClass().getMethod("build").invoke(builder);
    profiler.getClass().getMethod("start").invoke(profiler);
    return profiler;
  }
}

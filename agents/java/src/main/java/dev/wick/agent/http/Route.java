package dev.wick.agent.http;

import dev.wick.agent.Given;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URL;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way to an address: direct, or through a proxy by the variables that everybody knows (lower case wins, as with curl), else by
 * the JVM's own settings.
 */
final class Route {
  /** User and password, host, port. URI's own host is null for names like {@code my_proxy}, which Docker and Kubernetes hand out. */
  private static final Pattern AUTHORITY = Pattern.compile("(?:([^@]*)@)?(\\[[^\\]]+]|[^@:\\[\\]]+)(?::(\\d{0,5}))?");

  /** What to connect to. */
  final String host;
  final int port;
  /** Whether that is an HTTP proxy. */
  final boolean isProxied;
  /** For the proxy; null where it asks for nothing. */
  final String authorization;
  /** A SOCKS proxy of the JVM's settings, else {@link Proxy#NO_PROXY}. */
  final Proxy socks;

  private Route(String host, int port, boolean isProxied, String authorization, Proxy socks) {
    this.host = host;
    this.port = port;
    this.isProxied = isProxied;
    this.authorization = authorization;
    this.socks = socks;
  }

  static Route direct(URL url) {
    return direct(url, Proxy.NO_PROXY);
  }

  private static Route direct(URL url, Proxy socks) {
    return new Route(unbracketed(url.getHost()), portOf(url), false, null, socks);
  }

  /** @throws IOException naming the proxy that cannot be used */
  static Route to(URL url, Function<String, String> environment) throws IOException {
    String address = either(environment, url.getProtocol() + "_proxy");
    if (address == null) address = either(environment, "all_proxy");
    if (address == null) return bySettings(url);
    if (isExempt(url, either(environment, "no_proxy"))) return direct(url);
    URI proxy;
    try {
      proxy = URI.create(address.contains("://") ? address : "http://" + address);
    } catch (IllegalArgumentException noAddress) {
      throw new IOException("the proxy's address cannot be read; it is http://USER:PASSWORD@HOST:PORT with %-escapes in user and password");
    }
    if (!"http".equalsIgnoreCase(proxy.getScheme())) {
      throw new IOException("proxies are reached by http:// only, not " + proxy.getScheme() + "://");
    }
    Matcher parts = AUTHORITY.matcher(Given.first(proxy.getRawAuthority(), ""));
    if (!parts.matches()) throw new IOException("the proxy's address names no host");
    int port = Integer.parseInt(Given.first(parts.group(3), "80"));
    return new Route(unbracketed(parts.group(2)), port, true, authorization(parts.group(1)), Proxy.NO_PROXY);
  }

  private static Route bySettings(URL url) {
    try {
      for (Proxy proxy : ProxySelector.getDefault().select(url.toURI())) {
        if (proxy.type() == Proxy.Type.SOCKS) return direct(url, proxy);
        InetSocketAddress address = (InetSocketAddress) proxy.address();
        if (proxy.type() == Proxy.Type.HTTP) return new Route(address.getHostString(), address.getPort(), true, null, Proxy.NO_PROXY);
      }
    } catch (Exception theHosts) {
      // A selector of the program's that does not know our address.
    }
    return direct(url);
  }

  /** The header for a user and password as they stand in an address; null for none. */
  private static String authorization(String userInfo) {
    if (userInfo == null) return null;
    String pair = userInfo.contains(":") ? userInfo : userInfo + ':';
    // Only + means itself here, not a blank as in forms.
    String plain = URLDecoder.decode(pair.replace("+", "%2B"), StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
  }

  /** By {@code *}, or names and addresses, each for itself and all below; a port narrows it. */
  private static boolean isExempt(URL url, String list) {
    if (list == null) return false;
    String host = unbracketed(url.getHost()).toLowerCase(Locale.ROOT);
    for (String entry : list.toLowerCase(Locale.ROOT).split(",")) {
      String name = entry.trim();
      if (name.equals("*") || (!name.isEmpty() && matches(name, host, String.valueOf(portOf(url))))) return true;
    }
    return false;
  }

  private static boolean matches(String entry, String host, String port) {
    String name = entry;
    String only = "";
    int bracket = entry.indexOf(']');
    int colon = entry.indexOf(':', Math.max(0, bracket));
    // More than one colon without brackets: an IPv6 address.
    if (colon >= 0 && colon == entry.lastIndexOf(':')) {
      name = entry.substring(0, colon);
      only = entry.substring(colon + 1);
    }
    name = unbracketed(name).replaceAll("^\\*?\\.", "");
    return (only.isEmpty() || only.equals(port)) && !name.isEmpty() && (host.equals(name) || host.endsWith('.' + name));
  }

  /** Without those around an IPv6 address. */
  static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  static int portOf(URL url) {
    return url.getPort() < 0 ? url.getDefaultPort() : url.getPort();
  }

  private static String either(Function<String, String> environment, String name) {
    return Given.first(environment.apply(name), environment.apply(name.toUpperCase(Locale.ROOT)), null);
  }
}

package dev.wick.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules of curl, as the other agents have them. */
class RouteTest {
  private static Route route(String url, Map<String, String> environment) throws IOException {
    return Route.to(new URL(url), environment::get);
  }

  private static String proxy(String url, Map<String, String> environment) throws IOException {
    Route route = route(url, environment);
    return route.isProxied ? route.host + ':' + route.port : null;
  }

  @Test
  void httpsProxyLeadsToHttpsAddressesHttpProxyToHttpOnesAndLowerCaseWins() throws Exception {
    Map<String, String> environment = Map.of(
        "HTTPS_PROXY", "http://one:3128", "https_proxy", "two:3129", "HTTP_PROXY", "http://three", "http_proxy", "");
    assertEquals("two:3129", proxy("https://wick.example", environment));
    assertEquals("three:80", proxy("http://wick.example", environment));
    assertEquals(null, proxy("https://wick.example", Map.of()));
    assertEquals("four:1", proxy("https://wick.example", Map.of("ALL_PROXY", "four:1")));
    assertEquals("::1:3128", proxy("https://wick.example", Map.of("ALL_PROXY", "http://[::1]:3128/")));
  }

  /** Containers are called so; to URI they are no hosts. */
  @Test
  void aProxysNameMayHoldAnUnderscore() throws Exception {
    assertEquals("my_proxy:3128", proxy("https://wick.example", Map.of("HTTPS_PROXY", "http://my_proxy:3128")));
    assertEquals("my_proxy:80", proxy("https://wick.example", Map.of("HTTPS_PROXY", "my_proxy")));
    assertEquals("Basic bWU6", route("https://wick.example", Map.of("HTTPS_PROXY", "http://me@my_proxy:1")).authorization);
  }

  @Test
  void noProxyExemptsNamesWithAllBelowThemAddressesPortsOrEverything() throws Exception {
    String[][] exempt = {
      {"example.com", "https://wick.example.com"}, {"a, .example.com", "https://wick.example.com"},
      {"*.Example.com", "https://WICK.example.com"}, {"*", "https://wick.example.com"},
      {"127.0.0.1", "https://127.0.0.1:8443"}, {"::1", "https://[::1]:8443"}, {"[::1]:8443", "https://[::1]:8443"},
      {"wick.example.com:8443", "https://wick.example.com:8443"}, {"wick.example.com:443", "https://wick.example.com"},
    };
    for (String[] one : exempt) {
      assertFalse(route(one[1], Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", one[0])).isProxied, one[0]);
    }
    String[][] not = {
      {"wick.example.com:443", "https://wick.example.com:8443"}, {"ample.com", "https://wick.example.com"},
      {"", "https://wick.example.com"}, {"10.0.0.0/8", "https://10.1.2.3"},
    };
    for (String[] one : not) {
      assertTrue(route(one[1], Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", one[0])).isProxied, one[0]);
    }
  }

  @Test
  void userAndPasswordAreUnescaped() throws Exception {
    Route route = route("https://wick.example", Map.of("HTTPS_PROXY", "http://me:p%40ss+w%C3%B6rd%3A@p:3128"));
    assertEquals("Basic " + java.util.Base64.getEncoder().encodeToString("me:p@ss+wörd:".getBytes("UTF-8")), route.authorization);
    assertEquals("Basic bWU6", route("https://wick.example", Map.of("HTTPS_PROXY", "http://me@p")).authorization);
  }

  @Test
  void whatCannotBeUsedIsSaidWithoutThePassword() {
    for (String address : new String[] {"https://me:secret@p:3128", "socks5://me:secret@p:1", "http://me:sec ret@p:1", "http://", "http://me:secret@:1"}) {
      String message = assertThrows(IOException.class, () -> route("https://wick.example", Map.of("HTTPS_PROXY", address))).getMessage();
      assertTrue(message.contains("prox") && !message.contains("sec"), message);
    }
    assertEquals("proxies are reached by http:// only, not https://",
        assertThrows(IOException.class, () -> route("https://w", Map.of("HTTPS_PROXY", "https://p:1"))).getMessage());
  }
}

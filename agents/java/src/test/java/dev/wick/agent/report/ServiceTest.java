package dev.wick.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ServiceTest {
  @Test
  void ofWhereARedirectLeadsToTheLogGetsSchemeAndHostWithoutControlCharactersAndBounded() {
    assertEquals("https://wick.example.com:8443", Service.origin("https://wick.example.com:8443/a?b#c"));
    assertEquals("https://[::1]:8443", Service.origin("https://[::1]:8443/"));
    assertEquals("https://wick.example.com", Service.origin("https://me:secret@wick.example.com?a"));
    assertEquals("https://wick.example.com", Service.origin("htt\u0000ps://wick\u0007.example\u0085.com\r\n/"));
    assertEquals("https://wick.example.com", Service.origin("https://wick.example.com all is well"));
    assertEquals("", Service.origin("/sign-in"));
    assertEquals("", Service.origin("//wick.example.com/"));
    assertEquals("", Service.origin(null));
    assertEquals("https://" + "w".repeat(192), Service.origin("https://" + "w".repeat(1000)));
  }
}

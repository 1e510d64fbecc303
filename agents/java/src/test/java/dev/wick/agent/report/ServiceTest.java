package dev.wick.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.Headers;
import dev.wick.agent.aws.CredentialChain;
import dev.wick.agent.aws.Credentials;
import dev.wick.agent.aws.ServerClock;
import dev.wick.agent.aws.SharedFiles;
import dev.wick.agent.aws.SigV4;
import dev.wick.agent.host.Recorder;
import dev.wick.agent.http.Http;
import dev.wick.agent.http.Tls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signed calls, to a server that knows one key; the agent's is in a file that others write anew. */
class ServiceTest {
  private static final byte[] BODY = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX").withZone(ZoneOffset.UTC);

  @TempDir Path directory;

  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private Recorder server;
  private Service service;

  @BeforeEach
  void listen() throws Exception {
    server = new Recorder();
    Map<String, String> variables = Map.of(
        "AWS_CONFIG_FILE", "/nowhere", "AWS_SHARED_CREDENTIALS_FILE", file().toString(), "AWS_EC2_METADATA_DISABLED", "true");
    Http http = new Http(variables::get, new Tls(null, null, null));
    ServerClock clock = new ServerClock();
    CredentialChain chain = new CredentialChain(variables::get, new SharedFiles(variables::get), http, "us-east-1", clock);
    service = new Service(server.url(), "us-east-1", http, chain, clock, "test");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Path file() {
    return directory.resolve("credentials");
  }

  private void write(String key, String secret) throws IOException {
    Files.writeString(file(), "[default]\naws_access_key_id = " + key + "\naws_secret_access_key = " + secret + "\n");
  }

  /** What is not signed by this key is refused, and then the file has other keys. */
  private void accept(String key, String secret, int refusal, String thenKey, String thenSecret) {
    server.handler = (exchange, call) -> {
      Headers headers = exchange.getRequestHeaders();
      authorizations.add(headers.getFirst("Authorization"));
      Map<String, String> signed = Map.of("content-type", "application/json", "host", headers.getFirst("Host"));
      Instant at = Instant.from(STAMP.parse(headers.getFirst("X-Amz-Date")));
      Credentials known = new Credentials(key, secret, null, Long.MAX_VALUE);
      String right = SigV4.sign("POST", "/a", Map.of(), signed, BODY, known, "us-east-1", "codeguru-profiler", at).get("authorization");
      if (right.equals(headers.getFirst("Authorization"))) return false;
      write(thenKey, thenSecret);
      return Recorder.refuse(exchange, refusal, "AccessDeniedException");
    };
  }

  private Service.Reply post() {
    return service.post("/a", Map.of(), BODY, false, 10_000);
  }

  @ParameterizedTest
  @CsvSource({"401, NEW", "403, NEW", "403, OLD"})
  void afterARefusalTheSameIsSentOnceMoreUnderTheKeyThatTheFileHasByNow(int refusal, String newKey) throws Exception {
    write("OLD", "old-secret");
    accept(newKey, "new-secret", refusal, newKey, "new-secret");
    assertTrue(post().isGood());
    assertEquals(2, authorizations.size());
    assertTrue(authorizations.get(0).contains("Credential=OLD/"), authorizations.toString());
    assertTrue(authorizations.get(1).contains("Credential=" + newKey + '/'), authorizations.toString());
    assertEquals(server.calls.get(0).body, server.calls.get(1).body);

    assertTrue(post().isGood());
    assertEquals(3, authorizations.size(), "it stays with the new key");
  }

  @Test
  void whereTheFileHasNoOtherKeyTheRefusalStands() throws Exception {
    write("OLD", "old-secret");
    accept("NEW", "new-secret", 403, "OLD", "old-secret");
    assertEquals(403, post().status);
    assertEquals(1, authorizations.size());
  }

  @Test
  void aNewKeyThatIsRefusedTooIsNotTriedAgainInTheSameCall() throws Exception {
    write("OLD", "old-secret");
    accept("NEW", "new-secret", 403, "OTHER", "other-secret");
    assertEquals(403, post().status);
    assertEquals(2, authorizations.size());
  }

  @Test
  void anyOtherRefusalIsNoneOfTheKeys() throws Exception {
    write("OLD", "old-secret");
    accept("NEW", "new-secret", 404, "NEW", "new-secret");
    assertFalse(post().isGood());
    assertEquals(1, authorizations.size());
  }

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

package dev.wick.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that lets in who shows one of two certificates, and says whose it saw. */
class TlsTest {
  @TempDir static Path directory;

  private static Identity serverIdentity;
  private static Identity rsa;
  private static Identity ec;
  private static HttpsServer server;

  @BeforeAll
  static void listen() throws Exception {
    serverIdentity = new Identity(directory, "EC", "server");
    rsa = new Identity(directory, "RSA", "agent-rsa");
    ec = new Identity(directory, "EC", "agent-ec");
    file("ca.pem", serverIdentity.certificate());
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(serverIdentity.serverContext(rsa, ec)) {
      @Override
      public void configure(HttpsParameters parameters) {
        SSLParameters demanding = getSSLContext().getDefaultSSLParameters();
        demanding.setNeedClientAuth(true);
        parameters.setSSLParameters(demanding);
      }
    });
    server.createContext("/", exchange -> {
      exchange.getRequestBody().readAllBytes();
      byte[] name = ((HttpsExchange) exchange).getSSLSession().getPeerPrincipal().getName().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, name.length);
      exchange.getResponseBody().write(name);
      exchange.close();
    });
    server.start();
  }

  @AfterAll
  static void close() {
    server.stop(0);
  }

  private static String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  private static String call(Tls tls, Map<String, String> environment) throws IOException {
    URL url = new URL("https://127.0.0.1:" + server.getAddress().getPort() + "/");
    return new Http(environment::get, tls).call("POST", url, Map.of(), new byte[3], 10_000).body;
  }

  private static Tls tls(String certificate, String key) throws IOException {
    return new Tls(directory.resolve("ca.pem").toString(), certificate, key);
  }

  private static String trouble(Tls tls) {
    return assertThrows(IOException.class, () -> call(tls, Map.of())).getMessage();
  }

  @Test
  void keysAreRsaOrEcInPkcs8() throws Exception {
    assertEquals("CN=agent-rsa", call(tls(file("rsa.pem", rsa.certificate()), file("rsa.key", rsa.key())), Map.of()));
    assertEquals("CN=agent-ec", call(tls(file("ec.pem", ec.certificate()), file("ec.key", ec.key())), Map.of()));
  }

  @Test
  void filesThatAreRenewedAreReadAgainAndWhileTheyDoNotBelongTogetherWhatWorkedIsUsed() throws Exception {
    String certificate = file("renewed.pem", rsa.certificate());
    String key = file("renewed.key", rsa.key());
    Tls tls = tls(certificate, key);
    assertEquals("CN=agent-rsa", call(tls, Map.of()));
    file("renewed.pem", ec.certificate());
    assertEquals("CN=agent-rsa", call(tls, Map.of()));
    file("renewed.key", ec.key());
    Files.setLastModifiedTime(Path.of(key), FileTime.fromMillis(System.currentTimeMillis() + 5000));
    assertEquals("CN=agent-ec", call(tls, Map.of()));
  }

  @Test
  void whatIsMissingOrWrongIsNamed() throws Exception {
    String certificate = file("rsa.pem", rsa.certificate());
    String key = rsa.key();
    String none = trouble(tls(null, null));
    // TLS 1.3 tells it with the first answer, 1.2 within the handshake.
    assertTrue(none.contains("WICK_CLIENT_CERTIFICATE and WICK_CLIENT_KEY"), none);
    assertEquals("WICK_CLIENT_KEY is missing beside WICK_CLIENT_CERTIFICATE", trouble(tls(certificate, null)));
    String pkcs1 = file("pkcs1.key", key.replace("PRIVATE KEY", "RSA PRIVATE KEY"));
    assertEquals(
        pkcs1 + " is a key in PKCS#1; openssl pkcs8 -topk8 -nocrypt -in " + pkcs1 + " makes a PKCS#8 key of it",
        trouble(tls(certificate, pkcs1)));
    String sec1 = file("sec1.key", key.replace("PRIVATE KEY", "EC PRIVATE KEY"));
    assertTrue(trouble(tls(certificate, sec1)).contains("is a key in SEC 1; openssl pkcs8"));
    String locked = file("locked.key", key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));
    assertTrue(trouble(tls(certificate, locked)).contains("is a key under a password; openssl pkcs8"));
    assertEquals("there is no private key in " + certificate, trouble(tls(certificate, certificate)));
    String broken = file("broken.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assertEquals("the key in " + broken + " is neither EC nor RSA", trouble(tls(certificate, broken)));
    String others = file("ec.key", ec.key());
    assertEquals("the key in " + others + " is not that of the first certificate in " + certificate, trouble(tls(certificate, others)));
    String otherRsa = file("other.key", new Identity(directory, "RSA", "other").key());
    assertEquals("the key in " + otherRsa + " is not that of the first certificate in " + certificate, trouble(tls(certificate, otherRsa)));
    String missing = trouble(tls("/nowhere/a.pem", others));
    assertTrue(missing.startsWith("the certificates in /nowhere/a.pem cannot be read: "), missing);
  }

  @Test
  void aServerThatIsNotTrustedIsSaidWithWhatToDo() throws Exception {
    String said = trouble(new Tls(null, null, null));
    assertTrue(said.startsWith("the certificate of the server is not trusted (") && said.endsWith("AWS_CA_BUNDLE names the file of its authority"), said);
  }

  private static String inWords(String message, Throwable cause) {
    return Http.inWords((SSLException) new SSLHandshakeException(message).initCause(cause));
  }

  /** As the JDK tells it; an authority of their own would do nothing about these. */
  @Test
  void aCertificateThatIsOldOrAnotherHostsIsSaidToBeThatAndWhereThereIsNoTlsThat() {
    String old = inWords("PKIX path validation failed", new CertPathValidatorException(
        "validity check failed", new CertificateExpiredException("NotAfter: Fri Jan 01 00:00:00 UTC 2021")));
    assertEquals(
        "the certificate of the server is out of date (NotAfter: Fri Jan 01 00:00:00 UTC 2021), or this machine's clock is wrong", old);
    String address = "No subject alternative names matching IP address 10.0.0.7 found";
    assertEquals(
        "the certificate of the server is for another name (" + address + "): what is set has to be a name in it",
        inWords(address, new CertificateException(address)));
    String host = "No name matching wick found";
    assertTrue(inWords(host, new CertificateException(host)).startsWith("the certificate of the server is for another name ("));
    assertEquals("what answers there does not speak TLS; is it to be http://?", Http.inWords(new SSLException("Unsupported or unrecognized SSL message")));
  }

  /** JDKs forbid Basic for tunnels, unless a property of the whole JVM is changed; and would ask the program's Authenticator. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aProxyThatWantsAPasswordIsGoneThroughWithoutTheProgramsSettings(boolean isRight) throws Exception {
    boolean[] asked = new boolean[1];
    Authenticator.setDefault(new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        asked[0] = true;
        return null;
      }
    });
    String before = System.getProperties().toString();
    try (ConnectProxy proxy = new ConnectProxy("me:p@ss")) {
      Map<String, String> environment =
          Map.of("HTTPS_PROXY", "http://me:" + (isRight ? "p%40ss" : "wrong") + "@127.0.0.1:" + proxy.port());
      Tls tls = tls(file("ec.pem", ec.certificate()), file("ec.key", ec.key()));
      if (isRight) {
        assertEquals("CN=agent-ec", call(tls, environment));
      } else {
        String said = assertThrows(IOException.class, () -> call(tls, environment)).getMessage();
        assertEquals("the proxy 127.0.0.1 wants another user and password (407): they stand in HTTPS_PROXY", said);
      }
      assertEquals("[CONNECT 127.0.0.1:" + server.getAddress().getPort() + " HTTP/1.1]", proxy.requests.toString());
    } finally {
      Authenticator.setDefault(null);
    }
    assertEquals(before, System.getProperties().toString());
    assertTrue(!asked[0], "the program's Authenticator was asked");
  }
}

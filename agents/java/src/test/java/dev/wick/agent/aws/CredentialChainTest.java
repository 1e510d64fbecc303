package dev.wick.agent.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.wick.agent.Given;
import dev.wick.agent.host.SkewedServer;
import dev.wick.agent.http.Http;
import dev.wick.agent.http.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each place that credentials may come from, and which one wins; services of the machine are spoken to over HTTP. */
class CredentialChainTest {
  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private final List<String> requests = new ArrayList<>();
  private HttpServer server;
  private String url;
  private String expiration = "2099-01-01T00:00:00Z";
  private final ServerClock clock = new ServerClock();
  /** What STS says to all; null while it gives roles. */
  private String refusal;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    url = "http://127.0.0.1:" + server.getAddress().getPort();
    server.createContext("/", exchange -> {
      String path = exchange.getRequestURI().getPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      requests.add(exchange.getRequestMethod() + ' ' + path + ' ' + body + ' ' + authorization);
      String answer = "";
      int status = 200;
      if (path.equals("/") && refusal != null) {
        status = 403;
        answer = refusal;
      } else if (path.equals("/")) answer = xml(body.contains("WebIdentity") ? "WEB" : "ROLE" + requests.size());
      else if (path.equals("/container")) {
        status = "pod-token".equals(authorization) ? 200 : 401;
        answer = json("CONTAINER");
      } else if (path.equals("/latest/api/token") && exchange.getRequestMethod().equals("PUT")) answer = "imds-token";
      else if (!"imds-token".equals(exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"))) status = 401;
      else if (path.endsWith("/security-credentials/")) answer = "shop-role\n";
      else if (path.endsWith("/security-credentials/shop-role")) answer = json("INSTANCE");
      else status = 404;
      byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    });
    server.start();
    environment.put("AWS_SHARED_CREDENTIALS_FILE", directory.resolve("credentials").toString());
    environment.put("AWS_CONFIG_FILE", directory.resolve("config").toString());
    environment.put("AWS_ENDPOINT_URL_STS", url);
    environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", url);
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  private String json(String key) {
    return "{\"AccessKeyId\":\"" + key + "\",\"SecretAccessKey\":\"s\",\"Token\":\"t\",\"Expiration\":\"" + expiration + "\"}";
  }

  private String xml(String key) {
    return "<R><Credentials><AccessKeyId>" + key + "</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
        + "<SessionToken>t</SessionToken><Expiration>" + expiration + "</Expiration></Credentials></R>";
  }

  private CredentialChain chain() {
    Function<String, String> given = Given.in(environment::get);
    return new CredentialChain(given, new SharedFiles(given), new Http(given, new Tls(null, null, null)), "eu-west-1", clock);
  }

  private void write(String file, String... lines) throws IOException {
    Files.write(directory.resolve(file), List.of(lines));
  }

  /** Why there are none. */
  private String reason() {
    return assertThrows(NoCredentials.class, () -> chain().get()).getMessage();
  }

  @Test
  void withoutAnyItIsSaidWhereTheyWereLookedFor() {
    assertEquals("none in system properties, environment or profile default of the shared files, from a web identity, "
        + "container or instance: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE", reason());
  }

  @Test
  void anEmptyVariableIsNone() throws Exception {
    environment.put("AWS_ROLE_ARN", "arn:aws:iam::1:role/shop");
    environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", "");
    environment.put("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "");
    environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "");
    assertTrue(reason().startsWith("none in system properties"), reason());
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.evil.example/container");
    assertTrue(reason().contains("plain HTTP to another machine"), reason());
  }

  @Test
  void aPasswordInTheAddressOfStsIsNotSaid() throws Exception {
    environment.put("AWS_ROLE_ARN", "arn:aws:iam::1:role/shop");
    environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", Files.writeString(directory.resolve("token"), "t").toString());
    environment.put("AWS_ENDPOINT_URL_STS", "http://joe:s3cret@127.0.0.1:9");
    assertEquals("AWS_ENDPOINT_URL_STS must name no user and no password", reason());
  }

  @Test
  void aRoleThatIsRefusedIsSaidWithTheReason() throws Exception {
    refusal = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not &lt;you&gt;</Message></Error></ErrorResponse>";
    environment.put("AWS_ROLE_ARN", "arn:aws:iam::1:role/shop");
    environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", directory.resolve("token").toString());
    write("token", "first");
    assertEquals("the role arn:aws:iam::1:role/shop is refused by " + url + "/: 403 AccessDenied: Not <you>", reason());
  }

  @Test
  void aTokenThatCannotBeReadIsSaid() {
    environment.put("AWS_ROLE_ARN", "arn:aws:iam::1:role/shop");
    environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", directory.resolve("missing").toString());
    // Those of the instance are another identity's.
    environment.remove("AWS_EC2_METADATA_DISABLED");
    assertEquals("the web identity token in " + directory.resolve("missing") + " cannot be read: NoSuchFileException", reason());
    assertTrue(requests.isEmpty());
  }

  @Test
  void anStsThatIsNotThereIsSaid() throws Exception {
    environment.put("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9");
    environment.put("AWS_ROLE_ARN", "arn:aws:iam::1:role/shop");
    environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", directory.resolve("token").toString());
    write("token", "first");
    assertTrue(reason().startsWith("http://127.0.0.1:9/, which gives roles, cannot be reached: "), reason());
  }

  @Test
  void stsIsWhereTheSharedFilesSayOrAtAmazonWhereNobodyMaySay() throws Exception {
    environment.remove("AWS_ENDPOINT_URL_STS");
    write("config", "[default]", "services = own", "[services own]", "sts =", "  endpoint_url = " + url);
    assertEquals(url, Endpoints.configured("sts", environment::get, new SharedFiles(environment::get)));
    environment.put("AWS_ENDPOINT_URL_STS", url);
    environment.put("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    assertNull(Endpoints.configured("sts", environment::get, new SharedFiles(environment::get)));
  }

  @Test
  void aProgramThatFailsIsSaidWithoutItsSecrets() throws Exception {
    environment.put("AWS_PROFILE", "shop");
    write("config", "[profile shop]", "credential_process = echo hidden; exit 7");
    assertEquals("the credential_process of profile shop ends with 7", reason());
    write("config", "[profile shop]", "credential_process = echo hidden");
    assertEquals("the credential_process of profile shop answers without credentials", reason());
  }

  @Test
  void aProfileThatIsNotThereIsSaidUnlessNobodyNamedIt() throws Exception {
    write("config", "[profile shop]", "region = eu-west-1", "[profile role]", "role_arn = a", "source_profile = hubb");
    environment.put("AWS_PROFILE", "shpo");
    assertEquals("the profile shpo is in neither of the shared files", reason());
    environment.put("AWS_PROFILE", "role");
    assertEquals("the profile hubb is in neither of the shared files", reason());
    environment.put("AWS_PROFILE", "shop");
    assertTrue(reason().startsWith("none in "), reason());
  }

  @Test
  void aKeyWithoutItsSecretIsSaid() {
    environment.put("AWS_ACCESS_KEY_ID", "ENV");
    assertEquals("AWS_ACCESS_KEY_ID has a key without its secret", reason());
  }

  @Test
  void theirEndMayHaveAnOffsetAndHasToBeATime() throws Exception {
    environment.remove("AWS_EC2_METADATA_DISABLED");
    expiration = "2099-01-01T02:00:00+02:00";
    assertEquals(Instant.parse("2099-01-01T00:00:00Z").toEpochMilli(), chain().get().expiresAt);
    expiration = "tomorrow";
    assertEquals("the instance's metadata answers with an Expiration that is no time: tomorrow", reason());
  }

  @Test
  void theEnvironmentWinsOverFiles() throws Exception {
    write("credentials", "[default]", "aws_access_key_id = FILE", "aws_secret_access_key = s");
    assertEquals("FILE", chain().get().accessKeyId);
    environment.put("AWS_ACCESS_KEY_ID", "ENV");
    environment.put("AWS_SECRET_ACCESS_KEY", "s");
    assertEquals("ENV", chain().get().accessKeyId);
  }

  @Test
  void aChosenProfileMayRunAProgram() throws Exception {
    write("config", "[profile shop]", "credential_process = echo '" + json("PROGRAM").replace("Token", "SessionToken") + "'");
    environment.put("AWS_PROFILE", "shop");
    Credentials found = chain().get();
    assertEquals("PROGRAM", found.accessKeyId);
    assertEquals("t", found.sessionToken);
  }

  @Test
  void aTokenOfAnIdentityProviderIsExchangedAndReadAnewEachTime() throws Exception {
    environment.put("AWS_ROLE_ARN", "arn:aws:iam::1:role/shop");
    environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", directory.resolve("token").toString());
    write("token", "first");
    CredentialChain chain = chain();
    assertEquals("WEB", chain.get().accessKeyId);
    write("token", "second");
    chain.renewed();
    assertTrue(requests.get(0).contains("RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fshop"), requests.get(0));
    assertTrue(requests.get(0).contains("WebIdentityToken=first"), requests.get(0));
    assertTrue(requests.get(1).contains("WebIdentityToken=second"), requests.get(1));
  }

  @Test
  void aRoleIsTakenWithTheKeysOfItsSourceOneAfterTheOther() throws Exception {
    write("config",
        "[profile shop]", "role_arn = arn:aws:iam::2:role/shop", "source_profile = hub", "external_id = x",
        "[profile hub]", "role_arn = arn:aws:iam::1:role/hub", "source_profile = hub");
    write("credentials", "[hub]", "aws_access_key_id = HUB", "aws_secret_access_key = s");
    environment.put("AWS_PROFILE", "shop");
    assertEquals("ROLE2", chain().get().accessKeyId);
    assertTrue(requests.get(0).contains("role%2Fhub") && requests.get(0).contains("Credential=HUB/"), requests.get(0));
    assertTrue(requests.get(0).contains("/eu-west-1/sts/aws4_request"), requests.get(0));
    assertTrue(requests.get(1).contains("ExternalId=x") && requests.get(1).contains("Credential=ROLE1/"), requests.get(1));
  }

  @Test
  void rolesThatLeadInACircleAreGivenUp() throws Exception {
    write("config",
        "[default]", "role_arn = a", "source_profile = other", "[profile other]", "role_arn = b", "source_profile = default");
    assertTrue(reason().contains("more than 5 roles in a row"), reason());
    assertTrue(requests.isEmpty());
  }

  @Test
  void aContainerIsAskedWithTheTokenOfItsFileOverPlainHttpOnlyOnThisMachine() throws Exception {
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", url + "/container");
    environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", directory.resolve("pod").toString());
    write("pod", "pod-token");
    assertEquals("CONTAINER", chain().get().accessKeyId);
    // Another name of this machine, which nobody may rely on.
    String elsewhere = url.replace("127.0.0.1", "0.0.0.0");
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", elsewhere + "/container");
    assertTrue(reason().contains("plain HTTP to another machine"), reason());
    assertEquals(1, requests.size());
  }

  @Test
  void anInstanceIsAskedByTheSecondVersionOfItsProtocolUnlessForbidden() throws Exception {
    assertTrue(reason().startsWith("none in "), reason());
    assertTrue(requests.isEmpty());
    environment.remove("AWS_EC2_METADATA_DISABLED");
    assertEquals("INSTANCE", chain().get().accessKeyId);
  }

  private void takeRole() throws IOException {
    write("credentials", "[hub]", "aws_access_key_id = HUB", "aws_secret_access_key = s");
    write("config", "[default]", "role_arn = arn:aws:iam::1:role/shop", "source_profile = hub");
  }

  @Test
  void rolesAreAskedForAndEndByTheClockThatAServerWasLearntToHave() throws Exception {
    takeRole();
    clock.learn(Instant.now().plus(Duration.ofDays(2)).toEpochMilli());
    CredentialChain chain = chain();
    expiration = Instant.now().plus(Duration.ofDays(1)).toString();
    chain.get();
    String day = Instant.now().plus(Duration.ofDays(2)).toString().substring(0, 10).replace("-", "");
    assertTrue(requests.get(0).contains("Credential=HUB/" + day + "/eu-west-1/sts"), requests.get(0));
    chain.get();
    assertEquals(2, requests.size(), "it has ended there");
  }

  @Test
  void whereStsIsTheFirstToTellThatTheClockIsWrongItIsAskedOnceMore() throws Exception {
    takeRole();
    try (SkewedServer ahead = new SkewedServer(Duration.ofHours(3))) {
      environment.put("AWS_ENDPOINT_URL_STS", ahead.url());
      assertEquals("ROLE", chain().get().accessKeyId);
      assertTrue(Math.abs(clock.offset() - Duration.ofHours(3).toMillis()) < 60_000, clock.offset() + " ms");
    }
  }

  @Test
  void theyAreRenewedFiveMinutesBeforeTheirEnd() throws Exception {
    environment.remove("AWS_EC2_METADATA_DISABLED");
    CredentialChain chain = chain();
    expiration = Instant.now().plusSeconds(400).toString();
    chain.get();
    int first = requests.size();
    chain.get();
    assertEquals(first, requests.size(), "held");
    expiration = Instant.now().plusSeconds(200).toString();
    chain.renewed();
    chain.get();
    assertEquals(first * 3, requests.size(), "asked anew");
  }

  @Test
  void whatIsHeldStaysWhereNothingNewerIsFound() throws Exception {
    environment.remove("AWS_EC2_METADATA_DISABLED");
    CredentialChain chain = chain();
    expiration = Instant.now().plusSeconds(3600).toString();
    Credentials held = chain.get();
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    assertThrows(NoCredentials.class, chain::renewed);
    assertEquals(held, chain.get());
  }
}

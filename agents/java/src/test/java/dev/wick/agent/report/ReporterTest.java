package dev.wick.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wick.agent.KillSwitch;
import dev.wick.agent.Log;
import dev.wick.agent.Settings;
import dev.wick.agent.aws.SharedFiles;
import dev.wick.agent.host.Recorder;
import dev.wick.agent.profile.AgentProfile;
import dev.wick.agent.profile.CallTree;
import dev.wick.agent.profile.FrameTable;
import dev.wick.agent.profile.ThreadState;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A reporter of its own, a server that answers as a test wants, and the lines that people get to see. */
@Execution(ExecutionMode.CONCURRENT)
class ReporterTest {
  private Recorder server;
  private Reporter reporter;
  private Thread reporting;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  /** How many lines the JVM still has no memory for. */
  private final AtomicInteger fullMemory = new AtomicInteger();

  @BeforeEach
  void listen() throws Exception {
    server = new Recorder();
  }

  @AfterEach
  void close() throws Exception {
    if (reporter != null) reporter.close();
    server.close();
    if (reporting != null) reporting.join(10_000);
  }

  private void start(String... more) {
    Map<String, String> variables = new HashMap<>(Map.of(
        "AWS_CODEGURU_PROFILER_GROUP_NAME", "shop", "AWS_ENDPOINT_URL", server.url(), "AWS_CONFIG_FILE", "/nowhere",
        "AWS_SHARED_CREDENTIALS_FILE", "/nowhere", "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "fake",
        "AWS_EC2_METADATA_DISABLED", "true", "WICK_KILL_SWITCH_FILE", "/nowhere"));
    for (int i = 0; i < more.length; i += 2) variables.put(more[i], more[i + 1]);
    SharedFiles files = new SharedFiles(variables::get);
    Settings settings = new Settings(Map.of(), variables::get, files);
    // So that the limit of lines hides nothing: a minute passes with each look at the clock.
    long[] minutes = {0};
    Log log = new Log(this::write, () -> TimeUnit.MINUTES.toNanos(minutes[0]++));
    reporter = new Reporter(settings, files, log, new KillSwitch("/nowhere", log, System::nanoTime), "test");
    reporting = new Thread(reporter::run);
    reporting.setDaemon(true);
    reporting.start();
  }

  private void write(String line) {
    if (fullMemory.getAndUpdate(times -> Math.max(0, times - 1)) > 0) throw new OutOfMemoryError("Java heap space");
    lines.add(line);
  }

  private static AgentProfile profile() {
    FrameTable frames = new FrameTable(100_000);
    CallTree tree = new CallTree(100);
    int[] stack = {frames.frame("shop.Cart", "total", "Cart.java"), 7};
    tree.weights().add(tree.node(stack, stack.length), ThreadState.RUNNABLE, 3_000_000);
    long now = System.currentTimeMillis();
    return new AgentProfile(tree, frames, now - 3000, now, 3000, 1000, 3, 2, 1, 1, 1, 0, 0, 0, null, 0);
  }

  private long asked() {
    return server.calls.stream().filter(call -> !call.isProfile).count();
  }

  private long posted() {
    return server.calls.stream().filter(call -> call.isProfile).count();
  }

  private void waitFor(BooleanSupplier condition) throws InterruptedException {
    for (int tries = 0; tries < 1200 && !condition.getAsBoolean(); tries++) Thread.sleep(50);
    assertTrue(condition.getAsBoolean(), () -> "waited in vain; the agent says: " + lines);
  }

  /** Those since it was last asked. */
  private List<String> said() {
    List<String> now = new ArrayList<>(lines);
    lines.clear();
    return now;
  }

  private void isWell() throws InterruptedException {
    waitFor(() -> !lines.isEmpty());
    List<String> start = said();
    assertEquals(1, start.size(), start.toString());
    assertTrue(start.get(0).startsWith("wick-agent: profiling group shop at " + server.url() + ": a profile every 1 s"), start.toString());
  }

  /** The second time on the way out of the first. */
  @Test
  void whileTheMemoryOfTheJvmIsFullItWaitsAndThenGoesOn() throws Exception {
    fullMemory.set(2);
    start();
    reporter.offer(profile());
    waitFor(() -> posted() > 0);
  }

  /** Details (a request id) change with each answer. */
  @ParameterizedTest
  @CsvSource({
    "403, AccessDeniedException, answers 403 AccessDeniedException",
    "404, ResourceNotFoundException, profiling group shop does not exist",
    "408, RequestTimeoutException, answers 408",
    "429, ThrottlingException, answers 429 ThrottlingException",
    "500, InternalServerException, answers 500 InternalServerException",
    "0, '', cannot be reached",
  })
  void aTroubleIsALineHoweverOftenItComesAndSoIsItsEnd(int status, String code, String says) throws Exception {
    start();
    isWell();
    server.handler = (exchange, call) -> status == 0 || Recorder.refuse(exchange, status, code);
    long before = asked();
    for (int i = 0; i < 3; i++) reporter.offer(profile());
    waitFor(() -> asked() >= before + 2 && (posted() >= 2 || status == 404));
    List<String> bad = said();
    assertEquals(1, bad.size(), bad.toString());
    assertTrue(bad.get(0).contains(says), bad.toString());

    server.handler = (exchange, call) -> false;
    waitFor(() -> !server.profiles().isEmpty() || status == 404);
    waitFor(() -> !lines.isEmpty());
    // By whichever way is tried first; the other may be heard of as well.
    long then = asked();
    waitFor(() -> asked() >= then + 2);
    List<String> good = said();
    assertTrue(good.size() <= 2 && good.stream().distinct().count() == good.size(), good.toString());
    for (String line : good) {
      assertTrue(line.contains("profiling group shop at") || line.contains("profiles are accepted by"), good.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"403, AccessDeniedException", "500, InternalServerException", "400, ValidationException"})
  void profilesThatAreRefusedWhileAskingGoesWellAreALineAndOneWhenTheyAreTaken(int status, String code) throws Exception {
    start();
    isWell();
    server.handler = (exchange, call) -> call.isProfile && Recorder.refuse(exchange, status, code);
    for (int i = 0; i < 3; i++) reporter.offer(profile());
    waitFor(() -> posted() >= 3);
    List<String> bad = said();
    assertEquals(1, bad.size(), bad.toString());
    assertTrue(bad.get(0).contains("answers " + status + ' ' + code), bad.toString());

    server.handler = (exchange, call) -> false;
    reporter.offer(profile());
    waitFor(() -> !server.profiles().isEmpty() && !lines.isEmpty());
    assertEquals(List.of("wick-agent: profiles are accepted by " + server.url() + " again\n"), said());
  }

  @ParameterizedTest
  @CsvSource({"403, AccessDeniedException", "404, ResourceNotFoundException", "302, ''"})
  void whatNeedsAPersonIsTriedOncePerPeriod(int status, String code) throws Exception {
    start();
    isWell();
    server.handler = (exchange, call) -> Recorder.refuse(exchange, status, code);
    int before = server.calls.size();
    reporter.offer(profile());
    waitFor(() -> server.calls.size() >= before + 4);
    for (boolean isProfile : new boolean[] {false, true}) {
      List<Recorder.Call> same = server.calls.subList(before, before + 4).stream()
          .filter(call -> call.isProfile == isProfile).collect(Collectors.toList());
      for (int i = 1; i < same.size(); i++) {
        long millis = TimeUnit.NANOSECONDS.toMillis(same.get(i).nanos - same.get(i - 1).nanos);
        assertTrue(millis > 800, millis + " ms between two tries, the period is 1000");
      }
    }
  }

  @Test
  void aServerElsewhereIsFirstAskedAfter10To30Seconds() {
    assertEquals(10_000, Reporter.firstAskMillis(30, 0));
    assertEquals(30_000, Reporter.firstAskMillis(30, 1));
    assertEquals(0, Reporter.firstAskMillis(0, 0.5));
  }

  @Test
  void aProfileThatIsWrongInItselfIsNotSentAgain() throws Exception {
    server.handler = (exchange, call) -> call.isProfile && Recorder.refuse(exchange, 413, "PayloadTooLarge");
    start();
    reporter.offer(profile());
    waitFor(() -> posted() >= 1);
    Thread.sleep(2500);
    assertEquals(1, posted());
  }

  /** What the service itself may answer. */
  @ParameterizedTest
  @CsvSource({"204, ''", "200, ''", "202, ' '", "200, {}", "200, ' {\"profile\": [1]}\n'"})
  void anEmptyAnswerOrAnObjectSaysThatAProfileWasTaken(int status, String body) throws Exception {
    server.handler = (exchange, call) -> call.isProfile && Recorder.reply(exchange, status, body);
    start();
    isWell();
    reporter.offer(profile());
    waitFor(() -> posted() >= 1);
    reporter.offer(profile());
    waitFor(() -> posted() >= 2);
    assertEquals(2, tokens().size(), "none comes twice");
    assertEquals(List.of(), said());
  }

  /** With a period of an hour: it comes again as after a failure that may pass. */
  @ParameterizedTest
  @CsvSource({"200, <html>Sign in</html>", "202, <html>Sign in</html>", "200, []", "200, true", "200, '{'", "200, {} <html>"})
  void whatAnybodyElseAnswersSaysNothingOfAProfileWhichIsSentAgain(int status, String body) throws Exception {
    server.periodSeconds = 3600;
    server.handler = (exchange, call) -> call.isProfile && Recorder.reply(exchange, status, body);
    start();
    waitFor(() -> !lines.isEmpty());
    said();
    reporter.offer(profile());
    waitFor(() -> posted() >= 2);
    assertEquals(
        List.of("wick-agent: " + server.url() + " answers " + status + ", but what answers there is not the profiling service: check"
            + " AWS_ENDPOINT_URL_CODEGURUPROFILER, and whether a proxy or a sign-in page is in between."
            + " The last profiles are kept and sent later\n"),
        said());

    server.handler = (exchange, call) -> false;
    waitFor(() -> !server.profiles().isEmpty() && !lines.isEmpty());
    assertEquals(1, tokens().size(), "the one profile, each time");
    assertEquals(List.of("wick-agent: profiles are accepted by " + server.url() + " again\n"), said());
  }

  @Test
  void aPageInPlaceOfAllAnswersIsALine() throws Exception {
    server.handler = (exchange, call) -> Recorder.reply(exchange, 200, "<html>Sign in</html>");
    start();
    reporter.offer(profile());
    waitFor(() -> asked() >= 2 && posted() >= 2);
    List<String> said = said();
    assertEquals(1, said.size(), said.toString());
    assertTrue(said.get(0).contains("is not the profiling service"), said.toString());
  }

  private Set<String> tokens() {
    return server.calls.stream().filter(call -> call.isProfile).map(call -> call.token).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @CsvSource({
    "301, https://wick.example.com:8443/profilingGroups, ' to https://wick.example.com:8443: the endpoint setting'",
    "308, HTTPS://me:secret@wick.example.com, ' to HTTPS://wick.example.com: the endpoint setting'",
    "302, /sign-in?to=wick, ': check AWS_ENDPOINT_URL_CODEGURUPROFILER'",
    "307, OWN/sign-in, ': check AWS_ENDPOINT_URL_CODEGURUPROFILER'",
    "304, , ': check AWS_ENDPOINT_URL_CODEGURUPROFILER'",
  })
  void aRedirectIsNotFollowedALineSaysWhereToAndTheProfileIsKept(int status, String location, String says) throws Exception {
    start();
    isWell();
    server.handler = (exchange, call) -> {
      if (location != null) exchange.getResponseHeaders().set("Location", location.replace("OWN", server.url()));
      return Recorder.reply(exchange, status, "");
    };
    reporter.offer(profile());
    long before = asked();
    waitFor(() -> posted() >= 2 && asked() >= before + 2);
    List<String> said = said();
    assertEquals(1, said.size(), said.toString());
    assertTrue(said.get(0).contains(server.url() + " answers " + status + ", a redirect" + says), said.toString());
    assertTrue(said.get(0).contains("Redirects are not followed; it is tried again every period"), said.toString());

    server.handler = (exchange, call) -> false;
    waitFor(() -> !server.profiles().isEmpty());
    assertEquals(1, tokens().size(), "the one profile, each time");
    assertEquals(null, sampler(0).get("droppedProfiles"));
  }

  private Map<?, ?> sampler(int profile) {
    return (Map<?, ?>) ((Map<?, ?>) server.profiles().get(profile).get("agentMetadata")).get("sampler");
  }

  @Test
  void aProfileTellsHowTheAgentItselfFares() throws Exception {
    start();
    isWell();
    reporter.offer(profile());
    waitFor(() -> server.profiles().size() == 1);
    assertEquals(2.0, sampler(0).get("failedTicks"));
    assertEquals(null, sampler(0).get("droppedProfiles"));
    assertEquals(null, sampler(0).get("lastError"));
    server.handler = (exchange, call) -> call.isProfile && Recorder.refuse(exchange, 413, "PayloadTooLarge");
    reporter.offer(profile());
    waitFor(() -> posted() == 2);
    server.handler = (exchange, call) -> false;
    reporter.failed("sampling", new IllegalStateException("why"));
    reporter.offer(profile());
    waitFor(() -> server.profiles().size() == 2);
    assertEquals(1.0, sampler(1).get("droppedProfiles"));
    assertEquals("sampling: java.lang.IllegalStateException: why", sampler(1).get("lastError"));
    assertEquals(Map.of("errorsCount", 2.0), ((Map<?, ?>) server.profiles().get(1).get("debugInfo")).get("errorsCount"));
  }

  /** Without it the second try comes within a second, the third within two more. */
  @ParameterizedTest
  @CsvSource({"false, seconds", "false, date", "true, seconds", "true, date"})
  void retryAfterIsWaitedFor(boolean isForProfiles, String form) throws Exception {
    List<Long> times = new CopyOnWriteArrayList<>();
    server.handler = (exchange, call) -> {
      if (call.isProfile != isForProfiles) return false;
      times.add(System.nanoTime());
      Instant then = Instant.now().plusSeconds(4);
      exchange.getResponseHeaders().set("Retry-After", form.equals("seconds")
          ? "3"
          : DateTimeFormatter.RFC_1123_DATE_TIME.format(then.atZone(ZoneOffset.UTC)));
      return Recorder.refuse(exchange, 503, "");
    };
    start();
    reporter.offer(profile());
    waitFor(() -> times.size() >= 3);
    for (int i = 1; i < 3; i++) {
      long millis = TimeUnit.NANOSECONDS.toMillis(times.get(i) - times.get(i - 1));
      assertTrue(millis >= 2900 && millis < 20_000, millis + " ms");
    }
  }

  @Test
  void switchedOffAtTheServerNothingIsSentUntilItIsSwitchedOnAgain() throws Exception {
    start();
    isWell();
    server.shouldProfile = false;
    waitFor(() -> !reporter.orders().shouldProfile);
    assertEquals(
        List.of("wick-agent: profiling of shop is switched off at the server; it is asked again every 1 s\n"), said());
    server.shouldProfile = true;
    waitFor(() -> reporter.orders().shouldProfile);
    isWell();
  }

  @Test
  void anEmptyAnswerIsNoConfigurationAndProfilesGoOn() throws Exception {
    server.handler = (exchange, call) -> !call.isProfile && Recorder.reply(exchange, 200, "");
    start();
    waitFor(() -> asked() >= 3);
    reporter.offer(profile());
    waitFor(() -> posted() == 1);
    List<String> said = said();
    assertEquals(1, said.size(), said.toString());
    assertTrue(said.get(0).contains("answers, but not with a configuration"), said.toString());
  }

  @Test
  void anAnswerThatSaysNoAndNothingElseIsHeeded() throws Exception {
    server.handler = (exchange, call) -> !call.isProfile && asked() == 2 && Recorder.reply(exchange, 200, "{\"shouldProfile\":false}");
    start();
    waitFor(() -> !reporter.orders().shouldProfile);
    assertEquals(1, reporter.orders().periodSeconds);
    waitFor(() -> reporter.orders().shouldProfile);
  }

  @Test
  void anAnswerThatDoesNotSayWhetherKeepsWhatWas() throws Exception {
    server.shouldProfile = false;
    server.handler = (exchange, call) -> !call.isProfile && asked() > 1 && Recorder.reply(exchange, 200, "{\"periodInSeconds\":2}");
    start();
    waitFor(() -> reporter.orders().periodSeconds == 2);
    assertFalse(reporter.orders().shouldProfile);
  }

  @Test
  void theEndOfAProgramComesBeforeTheFirstQuestionItIsAskedAndSentThen() throws Exception {
    start("WICK_INITIAL_DELAY_SECONDS", "100000");
    Thread.sleep(1000);
    assertEquals(0, server.calls.size());
    reporter.close();
    reporting.join(5000);
    reporter.offer(profile());
    reporter.flush(2000);
    assertEquals(List.of(false, true), server.calls.stream().map(call -> call.isProfile).collect(Collectors.toList()));
  }

  @Test
  void interruptedByWhomEverItEndsAndSaysSo() throws Exception {
    start();
    isWell();
    reporting.interrupt();
    reporting.join(10_000);
    assertEquals(List.of("wick-agent: reporting ends: the program interrupted the agent's thread\n"), said());
  }

  @Test
  void theEndOfAProgramSendsNothingThatIsNotWanted() throws Exception {
    server.shouldProfile = false;
    start("WICK_INITIAL_DELAY_SECONDS", "100000");
    reporter.close();
    reporting.join(5000);
    reporter.offer(profile());
    reporter.flush(2000);
    assertEquals(0, posted());
    assertEquals(1, asked());
  }
}

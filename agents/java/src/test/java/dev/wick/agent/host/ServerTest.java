package dev.wick.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a server does, the program does not notice, and the agent says once what is wrong. */
class ServerTest extends GuestAndServer {
  private Guest start() throws IOException {
    return new Guest.Builder(directory, server.url()).start();
  }

  @ParameterizedTest
  @CsvSource({
    "400, SerializationException, answers 400 SerializationException: no",
    "403, AccessDeniedException, answers 403 AccessDeniedException: no",
    "404, ResourceNotFoundException, profiling group shop does not exist",
    "404, '', Is it the address of a Wick server?",
    "429, ThrottlingException, answers 429 ThrottlingException: no",
    "500, InternalServerException, answers 500 InternalServerException: no",
    "302, '', 'answers 302, a redirect: check AWS_ENDPOINT_URL_CODEGURUPROFILER'",
  })
  void aRefusalIsSaidOnceAndNothingElseHappens(int status, String code, String says) throws Exception {
    server.handler = (exchange, call) -> Recorder.refuse(exchange, status, code);
    Guest host = start();
    // What may pass is tried again soon.
    host.waitFor(() -> server.calls.size() > (status == 429 || status == 500 ? 2 : 0) && host.said().contains(says));
    host.end();
    assertEquals(1, host.said().lines().filter(line -> line.startsWith("wick-agent")).count(), host.said());
    if (code.startsWith("ResourceNotFound")) assertTrue(server.calls.stream().noneMatch(call -> call.isProfile));
  }

  @Test
  void aPageOfSomebodyElseIsNoConfigurationAndIsAskedAgain() throws Exception {
    server.handler = (exchange, call) ->
        server.calls.size() < 3 && Recorder.reply(exchange, 200, "<html>\u0000 nonsense");
    Guest host = start();
    host.waitFor(() -> !server.profiles().isEmpty());
    host.end();
    assertTrue(host.said().contains("answers 200, but what answers there is not the profiling service: check AWS_ENDPOINT_URL"), host.said());
    assertTrue(host.said().indexOf("profiling group shop at") > host.said().indexOf("not the profiling service"), host.said());
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void profilesAreInGzipWhereTheServerSaysThatItReadsIt(boolean saysGzip) throws Exception {
    server.saysGzip = saysGzip;
    Guest host = start();
    host.waitFor(() -> server.profiles().size() > 1);
    host.end();
    assertTrue(server.calls.stream().allMatch(call -> call.isGzipped == (saysGzip && call.isProfile)));
  }

  @Test
  void whatIsWrongWithTheSettingsIsSaidAndWhatTheLogLevelHidesIsNot() throws Exception {
    Guest host = new Guest.Builder(directory, server.url())
        .environment("WICK_LABELS", "blue").environment("WICK_LOG_LEVEL", "warning").start();
    host.waitFor(() -> !server.profiles().isEmpty());
    host.end();
    assertEquals(List.of("wick-agent: label 'blue' is left out: it is not of the form key=value"), host.lines());
  }

  @Test
  void aServerThatHangsUpIsAskedAgain() throws Exception {
    server.handler = (exchange, call) -> server.calls.size() < 3;
    Guest host = start();
    host.waitFor(() -> !server.profiles().isEmpty());
    host.end();
    assertTrue(host.said().contains("cannot be reached"), host.said());
    assertTrue(host.said().contains("profiling group shop at"), host.said());
  }

  @Test
  void aServerThatIsGoneIsNotMissed() throws Exception {
    server.close();
    Guest host = start();
    host.waitFor(() -> host.said().contains("cannot be reached"));
    host.end();
  }

  @Test
  void aServerThatNeverAnswersDoesNotKeepTheProgramFromItsEnd() throws Exception {
    server.handler = (exchange, call) -> {
      try {
        Thread.sleep(3_600_000);
      } catch (InterruptedException closed) {
        // With the test.
      }
      return true;
    };
    Guest host = start();
    host.waitFor(() -> !server.calls.isEmpty());
    long began = System.nanoTime();
    host.end();
    // Two seconds of the agent's; the rest is a busy machine's.
    assertTrue(System.nanoTime() - began < Duration.ofSeconds(20).toNanos());
  }

  @Test
  void aSlowServerGetsItsProfiles() throws Exception {
    server.handler = (exchange, call) -> {
      try {
        Thread.sleep(1500);
      } catch (InterruptedException closed) {
        return true;
      }
      return false;
    };
    Guest host = start();
    host.waitFor(() -> server.profiles().size() >= 2);
    host.end();
  }

  @Test
  void retryAfterIsWaitedFor() throws Exception {
    server.handler = (exchange, call) -> {
      exchange.getResponseHeaders().set("Retry-After", "3600");
      return Recorder.refuse(exchange, call.isProfile ? 429 : server.calls.size() == 1 ? 503 : 429, "");
    };
    Guest host = start();
    host.waitFor(() -> host.said().contains("answers 503"));
    // Without the header it would come again within a second, and within two after that.
    Thread.sleep(5000);
    List<Boolean> asked = server.calls.stream().map(call -> call.isProfile).collect(Collectors.toList());
    assertEquals(List.of(false), asked);
    host.end();
  }

  @Test
  void whatWasNotTakenIsSentAgainWithItsTokenNewestFirst() throws Exception {
    server.handler = (exchange, call) -> call.isProfile && profilePosts() <= 4 && Recorder.refuse(exchange, 500, "");
    Guest host = start();
    host.waitFor(() -> profilePosts() > 4 && refusedOnes().allMatch(refused -> taken().contains(refused.token)));
    host.end();
    List<Recorder.Call> posts = server.calls.stream().filter(call -> call.isProfile).collect(Collectors.toList());
    for (Recorder.Call refused : posts.subList(0, 4)) {
      // Those of the buffer are there in the end, and with the same content.
      List<Recorder.Call> again =
          posts.stream().filter(post -> post.taken && post.token.equals(refused.token)).collect(Collectors.toList());
      assertEquals(1, again.size(), "sent again: " + refused.token);
      assertEquals(refused.body, again.get(0).body);
    }
    List<String> taken = posts.stream().filter(post -> post.taken).map(post -> post.token).collect(Collectors.toList());
    assertEquals(taken.size(), taken.stream().distinct().count(), "none is taken twice");
  }

  /** The first four. */
  private Stream<Recorder.Call> refusedOnes() {
    return server.calls.stream().filter(call -> call.isProfile).limit(4);
  }

  private List<String> taken() {
    return server.calls.stream().filter(call -> call.taken).map(call -> call.token).collect(Collectors.toList());
  }

  private long profilePosts() {
    return server.calls.stream().filter(call -> call.isProfile).count();
  }

  @Test
  void switchedOffAtTheServerNothingIsSampledUntilItIsSwitchedOnAgain() throws Exception {
    Guest host = start();
    host.waitFor(() -> server.profiles().size() >= 2);
    server.shouldProfile = false;
    host.waitFor(() -> host.said().contains("profiling of shop is switched off at the server"));
    int profiles = server.profiles().size();
    int calls = server.calls.size();
    host.waitFor(() -> server.calls.size() >= calls + 3);
    assertEquals(profiles, server.profiles().size());
    long on = System.currentTimeMillis();
    server.shouldProfile = true;
    host.waitFor(() -> server.profiles().size() > profiles);
    host.end();
    // The order came with the next answer; what was before it is not told.
    assertTrue(Recorder.number(server.profiles().get(profiles).get("start")) >= on);
    assertEquals(3, host.lines().size(), host.said());
  }

  @Test
  void anotherClockThanTheServersIsLearnt() throws Exception {
    try (SkewedServer ahead = new SkewedServer(Duration.ofHours(3))) {
      Guest host = new Guest.Builder(directory, ahead.url()).start();
      host.waitFor(() -> ahead.profileEnd != 0);
      host.end();
      long off = ahead.profileEnd - System.currentTimeMillis() - Duration.ofHours(3).toMillis();
      assertTrue(Math.abs(off) < 120_000, off + " ms off");
    }
  }
}

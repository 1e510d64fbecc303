package dev.wick.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The JVM was told to start an agent, whose thread is slow: this test runs it when it likes, and is quicker. */
class WickAgentTest {
  private static final Map<String, String> OWN = Map.of("profilingGroupName", "own", "endpoint", "http://127.0.0.1:9");
  private static final String TOLD = "profilingGroupName:told,endpoint:http://127.0.0.1:9";

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Agent own = new Agent(OWN, new Log(line -> {}, System::nanoTime));
  private volatile Thread program;

  @AfterEach
  void stop() throws Exception {
    threads.shutdown();
    assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
  }

  private CompletableFuture<Boolean> programStarts() throws Exception {
    CompletableFuture<Boolean> isFirst = CompletableFuture.supplyAsync(() -> {
      program = Thread.currentThread();
      return own.start();
    }, threads);
    while (!isFirst.isDone() && (program == null || program.getState() != Thread.State.TIMED_WAITING)) Thread.sleep(1);
    return isFirst;
  }

  @Test
  void theOneThatTheJvmWasToldToStartCountsWhicheverIsQuicker() throws Exception {
    WickAgent told = new WickAgent(TOLD);
    CompletableFuture<Boolean> isFirst = programStarts();
    assertFalse(isFirst.isDone());
    threads.execute(told);
    assertFalse(isFirst.get());
    Agent running = Agent.ofProcess(OWN, new Log());
    assertNotSame(own, running);
    running.stop();
  }

  @Test
  void whereThatOneCannotStartTheProgramsDoes() throws Exception {
    WickAgent told = new WickAgent("misspelt:told");
    CompletableFuture<Boolean> isFirst = programStarts();
    assertFalse(isFirst.isDone());
    threads.execute(told);
    assertTrue(isFirst.get());
    own.stop();
  }

  /** Nor does a program whose thread is interrupted meanwhile, which stays interrupted. */
  @Test
  void aProgramDoesNotWaitForAnAgentThatNeverComes() throws Exception {
    WickAgent told = new WickAgent(TOLD);
    assertTrue(programStarts().get());
    own.stop();
    Agent another = new Agent(OWN, new Log(line -> {}, System::nanoTime));
    Thread.currentThread().interrupt();
    assertTrue(another.start());
    assertTrue(Thread.interrupted());
    threads.submit(told).get();
    another.stop();
  }
}

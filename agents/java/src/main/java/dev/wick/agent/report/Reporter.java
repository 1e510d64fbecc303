package dev.wick.agent.report;

import dev.wick.agent.KillSwitch;
import dev.wick.agent.Log;
import dev.wick.agent.Settings;
import dev.wick.agent.aws.CredentialChain;
import dev.wick.agent.aws.ServerClock;
import dev.wick.agent.aws.SharedFiles;
import dev.wick.agent.aws.SigV4;
import dev.wick.agent.encode.JsonWriter;
import dev.wick.agent.encode.ProfileJson;
import dev.wick.agent.http.Deadline;
import dev.wick.agent.http.Http;
import dev.wick.agent.http.Tls;
import dev.wick.agent.profile.AgentProfile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/**
 * Talks to the server, in a thread of its own, so that no server can keep the sampler waiting: asks what to do once in a period,
 * posts what is finished, keeps what could not be posted.
 */
public final class Reporter {
  private static final int CALL_MILLIS = 30_000;
  private static final int MAX_FINISHED = 4;
  private static final int MAX_ERROR_CHARS = 300;
  private static final long MAX_REST_MILLIS = 10_000;
  /** After something that should not happen. */
  private static final long PAUSE_MILLIS = 60_000;
  /** After the memory of the JVM was so full that nothing could be made of a failure. */
  private static final long MEMORY_MILLIS = 1000;

  /** From the end of a call of Lambda's to the beginning of the next: nothing is under way that a freeze could tear apart. */
  private static final class Suspension {
    final Deadline deadline;
    final CountDownLatch reached = new CountDownLatch(1);

    Suspension(int millis) {
      deadline = Deadline.in(millis);
    }
  }

  private final Settings settings;
  private final Log log;
  private final ServerLog serverLog;
  private final KillSwitch killSwitch;
  private final Service service;
  private final Http http;
  private final ServerClock clock = new ServerClock();
  private final ProfileJson.Process process = new ProfileJson.Process();
  /** Null elsewhere than on Lambda: drawing it settles which source of random numbers the JVM uses, which is the program's to say. */
  private final String agentId;
  private final Random random = new Random();
  private final BackOff askBackOff = new BackOff(random::nextDouble);
  private final BackOff postBackOff = new BackOff(random::nextDouble);
  private final OfflineBuffer buffer = new OfflineBuffer(Runtime.getRuntime().maxMemory());
  private volatile AgentOrders orders = AgentOrders.DEFAULT;
  private volatile boolean answered;
  // Of ourselves, for the next profile.
  private final AtomicInteger errors = new AtomicInteger();
  private final AtomicInteger dropped = new AtomicInteger();
  private volatile String lastError;
  /** The last of Lambda's calls; null until the first. */
  private volatile Invocation invocation;
  /** Before, nothing is asked, or posted. */
  private volatile Deadline askAt;
  private volatile Deadline postAt = Deadline.in(0);

  // Guarded by this, which is notified of changes.
  private final Deque<AgentProfile> finished = new ArrayDeque<>();
  private Suspension suspension;
  private boolean closed;

  public Reporter(Settings settings, SharedFiles files, Log log, KillSwitch killSwitch, String version) {
    this.settings = settings;
    this.log = log;
    this.killSwitch = killSwitch;
    serverLog = new ServerLog(log);
    http = new Http(settings.environment, new Tls(settings.caBundle, settings.clientCertificate, settings.clientKey));
    CredentialChain chain = new CredentialChain(settings.environment, files, http, settings.region, clock);
    String runtime = System.getProperty("java.version", "");
    service = new Service(
        settings.endpoint, settings.region, http, chain, clock, "wick-agent-java/" + version + " Java/" + runtime);
    process.agentVersion = version;
    process.runtimeVersion = runtime;
    process.id = ProcessHandle.current().pid();
    process.agentStartTime = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    process.labels = settings.labels;
    agentId = settings.lambda ? UUID.randomUUID().toString() : null;
    askAt = Deadline.in(firstAskMillis(settings.initialDelaySeconds, random.nextDouble()));
  }

  /**
   * At random, so that a fleet that starts at once does not ask at once; and in the last two thirds of the delay, since the first call
   * settles how the JVM does TLS and asks for names, which a program's main method may want to say before.
   */
  static long firstAskMillis(double delaySeconds, double random) {
    return (long) (delaySeconds * 1000 * (1 + 2 * random) / 3);
  }

  /** What the server wants, as far as is known. */
  public AgentOrders orders() {
    return orders;
  }

  /** Takes a profile to post; never waits. */
  public synchronized void offer(AgentProfile profile) {
    if (finished.size() == MAX_FINISHED) {
      finished.removeFirst();
      dropped.incrementAndGet();
    }
    finished.addLast(profile);
    notifyAll();
  }

  /** Takes note of an error of the agent's own, to be told with a profile. */
  public void failed(String what, Throwable error) {
    errors.incrementAndGet();
    String text = what + ": " + error;
    lastError = text.substring(0, Math.min(MAX_ERROR_CHARS, text.length()));
  }

  /** {@link #run} takes no further profile, and ends with what it is at. */
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Ends a call to the server that is past its time; from another thread than {@link #run}'s. */
  public void expire() {
    service.expire();
  }

  /** A call of Lambda's begins: what happens from now on is of this one. */
  public synchronized void resume(Invocation begun) {
    invocation = begun;
    suspension = null;
    notifyAll();
  }

  /** A call of Lambda's ends: what is finished is sent, then nothing is done until the next. Waits for that so long at most. */
  public void suspend(int millis) throws InterruptedException {
    Suspension end = new Suspension(millis);
    synchronized (this) {
      suspension = end;
      notifyAll();
    }
    end.reached.await(millis, TimeUnit.MILLISECONDS);
  }

  /** Runs until interrupted or closed. */
  public void run() {
    try {
      while (!isDone()) Thread.sleep(MEMORY_MILLIS);
    } catch (InterruptedException ends) {
      log.warn("reporting ends: the program interrupted the agent's thread");
    }
  }

  /** @return false where the memory of the JVM was full, and anything but to wait may fail: the program may be done with it soon */
  private boolean isDone() throws InterruptedException {
    try {
      report();
      return true;
    } catch (OutOfMemoryError full) {
      return false;
    }
  }

  private void report() throws InterruptedException {
    for (Suspension now = suspension(); !isClosed(); now = suspension()) {
      try {
        if (now == null) step();
        else if (now.reached.getCount() > 0) drain(now.deadline);
        log.recovered("reporting", "reporting goes on");
      } catch (Throwable unexpected) {
        failed("reporting", unexpected);
        log.state("reporting", "failed", "reporting failed, goes on in a minute: " + unexpected);
        askAt = postAt = Deadline.in(PAUSE_MILLIS);
      }
      if (now != null) now.reached.countDown();
      rest(now);
    }
  }

  private synchronized Suspension suspension() {
    return suspension;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized AgentProfile nextFinished() {
    return finished.pollFirst();
  }

  /** Until something is due or changes. @param now the suspension that was heeded; null for none */
  private synchronized void rest(Suspension now) throws InterruptedException {
    if (closed || suspension != now) return;
    if (now != null) {
      while (!closed && suspension == now) wait();
      return;
    }
    if (!finished.isEmpty()) return;
    int due = askAt.millisLeft();
    if (buffer.size() > 0) due = Math.min(due, postAt.millisLeft());
    wait(Math.min(MAX_REST_MILLIS, due + 1L));
  }

  private void step() throws IOException {
    if (killSwitch.isThrown()) {
      dropAll();
      askAt = Deadline.in(MAX_REST_MILLIS);
      return;
    }
    if (askAt.isOver()) askAt = Deadline.in(ask(CALL_MILLIS));
    AgentProfile profile = nextFinished();
    if (profile != null) keep(profile);
    if (buffer.size() > 0 && postAt.isOver()) postAt = Deadline.in(postNewest(CALL_MILLIS));
  }

  /** Posts all that may be posted until then. */
  private void drain(Deadline deadline) throws IOException {
    for (AgentProfile profile = nextFinished(); profile != null; profile = nextFinished()) keep(profile);
    if (killSwitch.isThrown()) dropAll();
    while (buffer.size() > 0 && postAt.isOver() && deadline.millisLeft() > 0) {
      postAt = Deadline.in(postNewest(deadline.millisLeft()));
    }
  }

  /** What was seen is not wanted. */
  private void dropAll() {
    synchronized (this) {
      finished.clear();
    }
    buffer.clear();
  }

  /** Posts what is finished and not yet taken, then what still waits, at once; for the end of the process. */
  public void flush(int millis) throws IOException {
    Deadline deadline = Deadline.in(millis);
    for (AgentProfile last = nextFinished(); last != null; last = nextFinished()) keep(last);
    if (buffer.size() == 0 || killSwitch.isThrown() || !orders.shouldProfile) return;
    if (!answered) ask(deadline.millisLeft());
    // Perhaps one is on its way at this moment: under its token it counts once.
    while (buffer.size() > 0 && orders.shouldProfile && deadline.millisLeft() > 0) {
      if (postNewest(deadline.millisLeft()) > 0) return;
    }
  }

  /** @return milliseconds until to ask again */
  private long ask(int millis) throws IOException {
    Deadline deadline = Deadline.in(millis);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    JsonWriter json = new JsonWriter(body);
    json.beginObject().key("fleetInstanceId").value(Fleet.instance(describe(), settings.environment));
    json.key("metadata").beginObject();
    for (Map.Entry<String, String> fact : platform().entrySet()) json.key(fact.getKey()).value(fact.getValue());
    json.endObject().endObject().flush();
    Service.Reply reply = service.post(path("/configureAgent"), Map.of(), body.toByteArray(), false, millis);
    if (settings.lambda && reply.isNoGroup() && createsGroup(deadline.millisLeft())) {
      reply = service.post(path("/configureAgent"), Map.of(), body.toByteArray(), false, deadline.millisLeft());
    }
    if (!reply.isGood()) return askedInVain(reply);
    if (!AgentOrders.isConfiguration(reply.body)) {
      errors.incrementAndGet();
      serverLog.failed(serverLog.asking, "nonsense",
          settings.endpoint + " answers, but not with a configuration: is it the right address? Sampling goes on");
      return Math.min(orders.reportMillis(), askBackOff.afterFailure(reply.retryAfter));
    }
    askBackOff.afterSuccess();
    answered = true;
    follow(orders.over(reply.body));
    return orders.reportMillis();
  }

  private long askedInVain(Service.Reply reply) {
    say(serverLog.asking, reply);
    if (reply.mayPass()) return askBackOff.afterFailure(reply.retryAfter);
    // What nobody wants is not sampled. Asked again, a new answer may be yes.
    if (reply.isNoGroup() || reply.code.equals("ValidationException")) {
      orders = orders.over(Map.of("shouldProfile", Boolean.FALSE));
      dropAll();
    }
    return orders.reportMillis();
  }

  private void follow(AgentOrders now) {
    orders = now;
    String group = settings.profilingGroupName;
    if (!now.shouldProfile) {
      dropAll();
      serverLog.succeeded(serverLog.asking, "off",
          "profiling of " + group + " is switched off at the server; it is asked again every " + now.reportMillis() / 1000 + " s");
      return;
    }
    serverLog.succeeded(serverLog.asking, "on",
        "profiling group " + group + " at " + settings.endpoint + ": a profile every " + now.reportMillis() / 1000
            + " s, one count is " + now.samplingIntervalMillis + " ms of a thread");
  }

  /** On Lambda the original service wants to know about the call. */
  private Map<String, String> platform() {
    Invocation call = invocation;
    Map<String, String> facts = new LinkedHashMap<>();
    if (!settings.lambda) return facts;
    facts.put("ComputePlatform", "AWSLambda");
    facts.put("AgentId", agentId);
    facts.put("LambdaMemoryLimitInMB", settings.environment.apply("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
    facts.put("ExecutionEnvironment", settings.environment.apply("AWS_EXECUTION_ENV"));
    if (call != null) {
      facts.put("LambdaFunctionArn", call.functionArn);
      facts.put("AwsRequestId", call.requestId);
      facts.put("LambdaRemainingTimeInMilliseconds", String.valueOf(call.remainingMillis));
    }
    facts.values().removeIf(value -> value == null || value.isEmpty());
    return facts;
  }

  /** On Lambda a group that is missing is made, as AWS's agents do. @return whether there is one now */
  private boolean createsGroup(int millis) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    JsonWriter json = new JsonWriter(body);
    json.beginObject().key("profilingGroupName").value(settings.profilingGroupName);
    json.key("computePlatform").value("AWSLambda").endObject().flush();
    Map<String, String> query = Map.of("clientToken", UUID.randomUUID().toString());
    Service.Reply reply = service.post("/profilingGroups", query, body.toByteArray(), false, millis);
    return reply.isGood() || reply.code.equals("ConflictException");
  }

  /** @return milliseconds to wait before the next try */
  private long postNewest(int millis) {
    OfflineBuffer.Post post = buffer.newest();
    // At the end of the process two threads send: the other was quicker.
    if (post == null) return 0;
    Service.Reply reply =
        service.post(path("/agentProfile"), Map.of("profileToken", post.token), post.body, post.gzipped, millis);
    if (reply.isGood()) {
      postBackOff.afterSuccess();
      buffer.remove(post);
      serverLog.succeeded(serverLog.sending, "accepted", "profiles are accepted by " + settings.endpoint + " again");
      return 0;
    }
    if (reply.mayPass()) {
      say(serverLog.sending, reply);
      return postBackOff.afterFailure(reply.retryAfter);
    }
    // What is wrong in itself never gets better.
    if (reply.waitsForSomebody()) {
      say(serverLog.sending, reply);
      return orders.reportMillis();
    }
    buffer.remove(post);
    errors.incrementAndGet();
    dropped.incrementAndGet();
    Advice advice = advice(reply);
    serverLog.failed(serverLog.sending, advice.state, "a profile was refused and is dropped: " + advice.text);
    return 0;
  }

  private void say(ServerLog.Way way, Service.Reply reply) {
    errors.incrementAndGet();
    Advice advice = advice(reply);
    serverLog.failed(way, advice.state, advice.text);
  }

  private Advice advice(Service.Reply reply) {
    return Advice.on(reply, settings.profilingGroupName, settings.region, settings.endpoint);
  }

  private void keep(AgentProfile profile) throws IOException {
    describe();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * 1024);
    boolean gzipped = service.takesGzip();
    ProfileJson.Health health = new ProfileJson.Health(errors.getAndSet(0), dropped.get(), lastError);
    try (OutputStream out = gzipped ? new GZIPOutputStream(bytes, 8192) : bytes) {
      ProfileJson.write(out, profile, process, health, clock.offset(), random.nextDouble());
    }
    dropped.addAndGet(buffer.add(new OfflineBuffer.Post(UUID.randomUUID().toString(), bytes.toByteArray(), gzipped)));
  }

  /** Where this process runs; on Lambda that is known better with the first call. */
  private Map<String, Object> describe() {
    Invocation call = invocation;
    if (settings.lambda) process.fleet = Fleet.ofFunction(settings.environment, call == null ? null : call.functionArn);
    else if (process.fleet == null) process.fleet = Fleet.describe(settings.environment, http);
    return process.fleet;
  }

  private String path(String operation) {
    return "/profilingGroups/" + SigV4.escape(settings.profilingGroupName, false) + operation;
  }
}

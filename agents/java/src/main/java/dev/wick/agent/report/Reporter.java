package dev.wick.agent.report;

import dev.wick.agent.Log;
import dev.wick.agent.Settings;
import dev.wick.agent.aws.CredentialChain;
import dev.wick.agent.aws.SharedFiles;
import dev.wick.agent.encode.JsonWriter;
import dev.wick.agent.encode.ProfileJson;
import dev.wick.agent.http.Http;
import dev.wick.agent.profile.AgentProfile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLSocketFactory;

/**
 * Talks to the server, in a thread of its own, so that no server can keep the sampler waiting: asks what to do once in a period,
 * posts what is finished, keeps what could not be posted.
 */
public final class Reporter {
  private static final int CALL_MILLIS = 30_000;

  private final Settings settings;
  private final Log log;
  private final Service service;
  private final Http http;
  private final ProfileJson.Process process = new ProfileJson.Process();
  private final Random random = new Random();
  private final BackOff askBackOff = new BackOff(random);
  private final BackOff postBackOff = new BackOff(random);
  private final OfflineBuffer buffer = new OfflineBuffer();
  private final BlockingQueue<AgentProfile> finished = new ArrayBlockingQueue<>(4);
  private volatile AgentOrders orders = AgentOrders.DEFAULT;
  private volatile boolean described;
  private volatile boolean closed;
  private boolean announced;

  public Reporter(Settings settings, SharedFiles files, SSLSocketFactory sockets, Log log, String version) {
    this.settings = settings;
    this.log = log;
    http = new Http(settings.environment, sockets);
    CredentialChain chain = new CredentialChain(settings.environment, files, http, settings.region);
    String runtime = System.getProperty("java.version", "");
    service = new Service(
        settings.endpoint, settings.region, http, chain, "wick-agent-java/" + version + " Java/" + runtime);
    process.agentVersion = version;
    process.runtimeVersion = runtime;
    process.id = ProcessHandle.current().pid();
    process.agentStartTime = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    process.labels = settings.labels;
  }

  /** What the server wants, as far as is known. */
  public AgentOrders orders() {
    return orders;
  }

  /** Takes a profile to post; never waits. */
  public void offer(AgentProfile profile) {
    while (!finished.offer(profile)) finished.poll();
  }

  /** {@link #run} takes no further profile, and ends with what it is at. */
  public void close() {
    closed = true;
  }

  /** Runs until interrupted or closed. */
  public void run() {
    long now = System.nanoTime();
    long askAt = now;
    long postAt = now;
    while (!closed && !Thread.currentThread().isInterrupted()) {
      try {
        now = System.nanoTime();
        if (now - askAt >= 0) askAt = System.nanoTime() + ask() * 1_000_000;
        long wait = Math.max(1, Math.min(askAt - System.nanoTime(), TimeUnit.SECONDS.toNanos(10)));
        if (buffer.size() > 0) wait = Math.max(1, Math.min(wait, postAt - System.nanoTime()));
        AgentProfile profile = finished.poll(wait, TimeUnit.NANOSECONDS);
        if (profile != null) keep(encoded(profile));
        if (buffer.size() > 0 && System.nanoTime() - postAt >= 0) postAt = System.nanoTime() + postNewest() * 1_000_000;
      } catch (InterruptedException stop) {
        return;
      } catch (Throwable unexpected) {
        log.say("reporting failed, goes on in a minute: " + unexpected);
        askAt = postAt = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
      }
    }
  }

  /** Posts what is finished and not yet taken, then what still waits, at once; for the end of the process. */
  public void flush(int millis) throws IOException {
    long deadline = System.nanoTime() + millis * 1_000_000L;
    for (AgentProfile last = finished.poll(); last != null; last = finished.poll()) {
      int left = (int) ((deadline - System.nanoTime()) / 1_000_000);
      if (left <= 0) return;
      OfflineBuffer.Post post = encoded(last);
      Service.Reply reply = send(post, left);
      if (!reply.isGood()) {
        log.say("the last profile was not taken: " + inWords(reply));
        return;
      }
    }
    // Perhaps on its way at this moment: under its token it counts once.
    for (OfflineBuffer.Post post = buffer.newest(); post != null; post = buffer.newest()) {
      int left = (int) ((deadline - System.nanoTime()) / 1_000_000);
      if (left <= 0 || !send(post, left).isGood()) return;
      buffer.remove(post);
    }
  }

  /** @return milliseconds until to ask again */
  private long ask() throws IOException {
    describe();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    JsonWriter json = new JsonWriter(body);
    json.beginObject().key("fleetInstanceId").value(Fleet.instance(process.fleet));
    json.key("metadata").beginObject();
    if (settings.lambda) {
      json.key("ComputePlatform").value("AWSLambda");
      json.key("LambdaFunctionArn").value(Fleet.instance(process.fleet));
    }
    json.endObject().endObject().flush();
    Service.Reply reply = service.post(path("/configureAgent"), Map.of(), body.toByteArray(), false, CALL_MILLIS);
    if (reply.status == 404 && settings.lambda && reply.code.equals("ResourceNotFoundException")) {
      createGroup();
      reply = service.post(path("/configureAgent"), Map.of(), body.toByteArray(), false, CALL_MILLIS);
    }
    long period = orders.reportMillis();
    if (reply.isGood() && !AgentOrders.isConfiguration(reply.body)) {
      log.say(settings.endpoint + " answers, but not with a configuration: is it the right address?");
      return Math.min(period, askBackOff.afterFailure(reply.retryAfter));
    }
    if (reply.isGood()) {
      askBackOff.afterSuccess();
      boolean was = orders.shouldProfile;
      orders = orders.over(reply.body);
      if (!orders.shouldProfile) {
        log.say("the server says not to profile '" + settings.profilingGroupName + "'; asks again once in a period");
      } else if (!announced || !was) {
        announced = true;
        log.say("profiles '" + settings.profilingGroupName + "' for " + settings.endpoint);
      }
      return orders.reportMillis();
    }
    log.say("cannot ask the server what to do: " + inWords(reply));
    if (reply.mayPass()) return Math.min(period, askBackOff.afterFailure(reply.retryAfter));
    // Without leave there is no use in looking. Asked again, a new answer may be yes.
    if (reply.status == 403 || reply.status == 404 || reply.status == 400) {
      orders = orders.over(Map.of("shouldProfile", Boolean.FALSE));
    }
    return period / 2 + (long) (random.nextDouble() * period / 2);
  }

  /** @return milliseconds to wait before the next try */
  private long postNewest() {
    OfflineBuffer.Post post = buffer.newest();
    Service.Reply reply = send(post, CALL_MILLIS);
    if (reply.isGood()) {
      postBackOff.afterSuccess();
      buffer.remove(post);
      return 0;
    }
    log.say("a profile was not taken: " + inWords(reply));
    if (reply.mayPass()) return postBackOff.afterFailure(reply.retryAfter);
    // Leave may be given, a group be made: those are tried again. What is wrong in itself never gets better.
    if (reply.status == 401 || reply.status == 403 || reply.status == 404) return orders.reportMillis();
    buffer.remove(post);
    return 0;
  }

  private void keep(OfflineBuffer.Post post) {
    int dropped = buffer.add(post);
    if (dropped > 0) log.say("no room for more profiles that wait for the server: the oldest are dropped");
  }

  private Service.Reply send(OfflineBuffer.Post post, int millis) {
    return service.post(path("/agentProfile"), Map.of("profileToken", post.token), post.body, post.gzipped, millis);
  }

  private OfflineBuffer.Post encoded(AgentProfile profile) throws IOException {
    describe();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * 1024);
    boolean gzipped = service.takesGzip();
    try (OutputStream out = gzipped ? new GZIPOutputStream(bytes, 8192) : bytes) {
      ProfileJson.write(out, profile, process, service.clockOffset(), random.nextDouble());
    }
    return new OfflineBuffer.Post(UUID.randomUUID().toString(), bytes.toByteArray(), gzipped);
  }

  private void createGroup() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    JsonWriter json = new JsonWriter(body);
    json.beginObject().key("profilingGroupName").value(settings.profilingGroupName);
    json.key("computePlatform").value("AWSLambda").endObject().flush();
    Service.Reply reply = service.post(
        "/profilingGroups", Map.of("clientToken", UUID.randomUUID().toString()), body.toByteArray(), false, CALL_MILLIS);
    if (!reply.isGood()) log.say("cannot create the group: " + inWords(reply));
  }

  private synchronized void describe() {
    if (described) return;
    String arn = settings.environment.apply("AWS_LAMBDA_FUNCTION_NAME");
    process.fleet = Fleet.describe(settings.environment, http, settings.lambda, arn == null ? "unknown" : arn);
    described = true;
  }

  private String path(String operation) {
    return "/profilingGroups/" + dev.wick.agent.aws.SigV4.escape(settings.profilingGroupName, false) + operation;
  }

  /** What is wrong and what to do about it. */
  private String inWords(Service.Reply reply) {
    String group = "'" + settings.profilingGroupName + "'";
    String detail = (reply.code + ' ' + reply.message).trim();
    if (reply.code.equals("NoCredentials")) return reply.message;
    if (reply.status == 0) return settings.endpoint + " cannot be reached (" + detail + ")";
    if (reply.status == 404) return "there is no profiling group " + group + " at " + settings.endpoint + "; create it";
    if (reply.status == 403) {
      return "refused with 403 (" + detail + "); check the credentials, this machine's clock, and leave for "
          + "codeguru-profiler:ConfigureAgent and PostAgentProfile on " + group;
    }
    return settings.endpoint + " answers " + reply.status + (detail.isEmpty() ? "" : " (" + detail + ")");
  }
}

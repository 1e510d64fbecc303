package dev.wick.agent.encode;

import dev.wick.agent.profile.AgentProfile;
import dev.wick.agent.profile.CallTree;
import dev.wick.agent.profile.FrameTable;
import dev.wick.agent.profile.HeapSummary;
import dev.wick.agent.profile.ThreadState;
import dev.wick.agent.profile.WeightTable;
import dev.wick.agent.profile.WholeCounts;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** An agent profile as it is posted: the JSON that CodeGuru's agents send, with fields of our own added. */
public final class ProfileJson {
  /** Who this process is, the same in each of its profiles. */
  public static final class Process {
    public String agentVersion;
    public String runtimeVersion;
    public long id;
    public String agentStartTime;
    public Map<String, Object> fleet;
    public Map<String, String> labels;
  }

  /** How the agent itself fares. */
  public static final class Health {
    /** Since the profile before. */
    public final int errors;
    /** Ever: no longer kept, or refused for good. */
    public final int droppedProfiles;
    /** Of the agent's own errors; null where there was none. */
    public final String lastError;

    public Health(int errors, int droppedProfiles, String lastError) {
      this.errors = errors;
      this.droppedProfiles = droppedProfiles;
      this.lastError = lastError;
    }
  }

  private ProfileJson() {}

  /**
   * @param clockOffset what to add to this machine's clock to have the server's, in milliseconds
   * @param lot where to round counts, from 0 up to 1
   */
  public static void write(
      OutputStream out, AgentProfile profile, Process process, Health health, long clockOffset, double lot) throws IOException {
    JsonWriter json = new JsonWriter(out);
    json.beginObject();
    json.key("start").value(profile.start + clockOffset);
    json.key("end").value(profile.end + clockOffset);
    json.key("agentMetadata");
    metadata(json, profile, process, health);
    json.key("callgraph");
    callGraph(json, profile, lot);
    if (profile.heap != null) {
      json.key("heapSummary");
      heap(json, profile.heap, clockOffset);
    }
    json.key("debugInfo").beginObject();
    json.key("agentStartTime").value(process.agentStartTime);
    json.key("processId").value(process.id);
    json.key("errorsCount").beginObject().key("errorsCount").value(health.errors).endObject();
    json.key("genericMetrics").beginObject().endObject();
    json.endObject();
    json.endObject();
    json.flush();
  }

  private static void metadata(JsonWriter json, AgentProfile profile, Process process, Health health) throws IOException {
    json.beginObject();
    json.key("sampleWeights").beginObject();
    for (ThreadState state : ThreadState.values()) json.key(state.name()).value(1);
    json.endObject();
    json.key("durationInMs").value(profile.activeMillis);
    json.key("fleetInfo").beginObject();
    for (Map.Entry<String, Object> fact : process.fleet.entrySet()) {
      json.key(fact.getKey());
      if (fact.getValue() instanceof Long) json.value((Long) fact.getValue());
      else json.value(String.valueOf(fact.getValue()));
    }
    json.endObject();
    json.key("agentInfo").beginObject();
    json.key("type").value("wick-agent-java").key("version").value(process.agentVersion).endObject();
    json.key("agentOverhead").beginObject();
    json.key("memoryInMB").value((profile.agentBytes + (1 << 19)) >> 20);
    json.key("timeInMs").value(profile.agentCpuMillis).endObject();
    json.key("runtimeVersion").value(process.runtimeVersion);
    json.key("cpuTimeInSeconds").value(profile.processCpuSeconds);
    json.key("metrics").beginObject().key("numThreads").value(profile.meanThreads).endObject();
    json.key("numTimesSampled").value(profile.ticks);
    // How the counts came about: they are in units of the configured interval whatever the agent did.
    json.key("sampler").beginObject();
    json.key("configuredIntervalMs").value(profile.samplingIntervalMillis);
    json.key("threadWeight").value(profile.threadWeight);
    json.key("throttle").value(profile.throttle);
    json.key("cpuSamples").value(profile.cpuSamples);
    json.key("foldings").value(profile.tree.foldings());
    if (profile.failedTicks > 0) json.key("failedTicks").value(profile.failedTicks);
    if (health.droppedProfiles > 0) json.key("droppedProfiles").value(health.droppedProfiles);
    if (health.lastError != null) json.key("lastError").value(health.lastError);
    json.endObject();
    if (!process.labels.isEmpty()) {
      json.key("labels").beginObject();
      for (Map.Entry<String, String> label : process.labels.entrySet()) json.key(label.getKey()).value(label.getValue());
      json.endObject();
    }
    json.endObject();
  }

  /** Without recursion: trees are as deep as stacks. */
  private static void callGraph(JsonWriter json, AgentProfile profile, double lot) throws IOException {
    CallTree tree = profile.tree;
    FrameTable frames = profile.frames;
    int size = tree.size();
    int[] firstChild = new int[size];
    int[] nextSibling = new int[size];
    for (int node = size - 1; node > 0; node--) {
      nextSibling[node] = firstChild[tree.parent(node)];
      firstChild[tree.parent(node)] = node;
    }
    WeightTable weights = tree.weights();
    long[] counts = counts(tree, firstChild, nextSibling, profile.samplingIntervalMillis * 1000L, lot);
    // Rows of a node, chained.
    int[] firstRow = new int[size];
    int[] nextRow = new int[counts.length];
    for (int row = counts.length - 1; row >= 0; row--) {
      if (counts[row] == 0) continue;
      nextRow[row] = firstRow[weights.node(row)];
      firstRow[weights.node(row)] = row + 1;
    }
    boolean[] worthwhile = new boolean[size];
    for (int node = size - 1; node >= 0; node--) {
      if (firstRow[node] != 0) worthwhile[node] = true;
      if (worthwhile[node] && node > 0) worthwhile[tree.parent(node)] = true;
    }
    int node = 0;
    open(json, profile, 0, firstRow, nextRow, counts);
    int next = visible(firstChild[0], nextSibling, worthwhile);
    if (next != 0) json.key("children").beginObject();
    while (true) {
      if (next != 0) {
        node = next;
        json.key(frames.name(tree.frame(node)));
        open(json, profile, node, firstRow, nextRow, counts);
        next = visible(firstChild[node], nextSibling, worthwhile);
        if (next != 0) json.key("children").beginObject();
        else {
          json.endObject();
          next = visible(nextSibling[node], nextSibling, worthwhile);
          node = tree.parent(node);
        }
      } else {
        // All children of this node are written.
        if (visible(firstChild[node], nextSibling, worthwhile) != 0) json.endObject();
        json.endObject();
        if (node == 0) return;
        next = visible(nextSibling[node], nextSibling, worthwhile);
        node = tree.parent(node);
      }
    }
  }

  /** Row of weights → samples, shared out along a walk through the tree. */
  private static long[] counts(CallTree tree, int[] firstChild, int[] nextSibling, long unitMicros, double lot) {
    WeightTable weights = tree.weights();
    int[] firstRow = new int[tree.size()];
    int[] nextRow = new int[weights.size()];
    for (int row = nextRow.length - 1; row >= 0; row--) {
      nextRow[row] = firstRow[weights.node(row)];
      firstRow[weights.node(row)] = row + 1;
    }
    int[] walk = new int[nextRow.length];
    long[] micros = new long[nextRow.length];
    int walked = 0;
    for (int node = 0; ; ) {
      for (int row = firstRow[node]; row != 0; row = nextRow[row - 1]) {
        walk[walked] = row - 1;
        micros[walked++] = weights.micros(row - 1);
      }
      if (firstChild[node] != 0) {
        node = firstChild[node];
        continue;
      }
      while (node != 0 && nextSibling[node] == 0) node = tree.parent(node);
      if (node == 0) break;
      node = nextSibling[node];
    }
    long[] shared = WholeCounts.of(micros, unitMicros, lot);
    long[] counts = new long[shared.length];
    for (int i = 0; i < shared.length; i++) counts[walk[i]] = shared[i];
    return counts;
  }

  private static int visible(int node, int[] nextSibling, boolean[] worthwhile) {
    int at = node;
    while (at != 0 && !worthwhile[at]) at = nextSibling[at];
    return at;
  }

  private static void open(
      JsonWriter json, AgentProfile profile, int node, int[] firstRow, int[] nextRow, long[] counts)
      throws IOException {
    CallTree tree = profile.tree;
    json.beginObject();
    if (firstRow[node] != 0) {
      json.key("counts").beginObject();
      for (int row = firstRow[node]; row != 0; row = nextRow[row - 1]) {
        json.key(tree.weights().state(row - 1).name()).value(counts[row - 1]);
      }
      json.endObject();
    }
    if (node == 0) return;
    String file = profile.frames.file(tree.frame(node));
    if (file != null) json.key("file").value(file);
    int line = tree.firstLine(node);
    if (line == 0) return;
    json.key("line").beginArray().value(line);
    if (tree.lastLine(node) != line) json.value(tree.lastLine(node));
    json.endArray();
  }

  private static void heap(JsonWriter json, HeapSummary heap, long clockOffset) throws IOException {
    json.beginObject();
    json.key("time").value(heap.time + clockOffset);
    json.key("capacityBytes").value(heap.capacityBytes);
    json.key("usedBytes").value(heap.usedBytes);
    json.key("types").beginArray();
    for (HeapSummary.Type type : heap.types) {
      json.beginObject().key("name").value(type.name).key("bytes").value(type.bytes).key("count").value(type.count);
      json.endObject();
    }
    json.endArray().endObject();
  }
}

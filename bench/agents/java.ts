/**
 * What the Java agent costs, and how right it is. Prints JSON lines; asserts nothing. PAIRS=60 SECONDS=30 RUNS=11 take half an
 * hour, PAIRS=10 SECONDS=10 RUNS=3 WARM_UP=10 five minutes; JAVA names another java. Parts can be named: `accuracy start
 * memory threads overhead`.
 *
 * Accuracy: mean and largest error of the shares of nine functions, beside the mean error of chance with so many samples;
 * by the wall sampler alone, and with Flight Recorder's CPU samples.
 *
 * Start-up: until `main`, by the JVM's own start time, beside an agent jar that does nothing: what the JVM takes to load
 * any agent is not ours. Memory: resident, after four seconds of work.
 *
 * Overhead: one process, the agent on and off in alternating slices of three seconds in random order, a second before each
 * thrown away; work per second of process CPU (all threads); median of the pairs with a bootstrap interval, beside a
 * control that switches nothing. The direct figures (`threads`) are, once all is loaded and compiled: the CPU time of the
 * agent's own threads and of Flight Recorder's threads in Java, as a share of a core; what the JVM's other threads take
 * more than once it is stopped; how long the program's threads stood still to be looked at (the JVM's log of safepoints).
 */
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'

const pairs = Number(process.env.PAIRS ?? 60)
const seconds = Number(process.env.SECONDS ?? 30)
const runs = Number(process.env.RUNS ?? 11)
/** Until the JVM has compiled the agent. */
const warmUp = Number(process.env.WARM_UP ?? 300)
const java = process.env.JAVA ?? 'java'
const root = join(import.meta.dirname, '../..')
const jar = join(root, 'agents/java/target/wick-agent.jar')

const print = (row: Record<string, unknown>): void => console.log(JSON.stringify(row))
const round = (value: number, digits = 2): number => Number(value.toFixed(digits))

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Of the median; drawn anew a thousand times. */
function interval(values: readonly number[]): [number, number] {
  const medians = Array.from({ length: 1000 }, () =>
    median(values.map(() => values[Math.floor(Math.random() * values.length)]!)),
  ).sort((a, b) => a - b)
  return [round(medians[25]!), round(medians[974]!)]
}

interface Node {
  readonly counts?: Readonly<Record<string, number>>
  readonly children?: Readonly<Record<string, Node>>
}

/** What the agent posted; it is told to sample as often as a bench says. */
const posted: { callgraph: Node; agentMetadata: { sampler: { cpuSamples: number } } }[] = []
let intervalMs = 1000
const server = createServer(async (request, response) => {
  const body = await buffer(request)
  if (request.url!.includes('/agentProfile')) {
    posted.push(
      JSON.parse(
        (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : Buffer.from(body)).toString(),
      ),
    )
    response.end()
    return
  }
  const agentParameters = {
    SamplingIntervalInMilliseconds: String(intervalMs),
    MinimumTimeForReportingInMilliseconds: '1000',
    MemoryUsageLimitPercent: intervalMs < 1000 ? '99' : '10',
  }
  response.end(JSON.stringify({ shouldProfile: true, periodInSeconds: 300, agentParameters }))
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')

execFileSync('sh', [join(root, 'scripts/build-agent-java.sh')], { stdio: ['ignore', 'ignore', 'inherit'] })
const classes = mkdtempSync(join(tmpdir(), 'wick-bench-'))
const functions = join(root, 'agents/java/src/test/java/dev/wick/agent/host/Functions.java')
execFileSync('javac', ['-cp', jar, '-d', classes, functions, join(import.meta.dirname, 'java/Workload.java')])

/** An agent that does nothing. */
const emptyJar = join(classes, 'empty.jar')
writeFileSync(
  join(classes, 'Empty.java'),
  'public class Empty { public static void premain(String arguments) {} }',
)
writeFileSync(join(classes, 'empty.mf'), 'Premain-Class: Empty\n')
execFileSync('javac', ['-d', classes, join(classes, 'Empty.java')])
execFileSync('jar', ['cfm', emptyJar, join(classes, 'empty.mf'), '-C', classes, 'Empty.class'])

const env = {
  PATH: process.env.PATH,
  AWS_CODEGURU_PROFILER_GROUP_NAME: 'bench',
  AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
}

const run = promisify(execFile)
async function workload(args: readonly string[], flags: readonly string[] = []) {
  const command = ['-Xmx512m', ...flags, '-cp', `${classes}:${jar}`, 'Workload', ...args]
  return JSON.parse((await run(java, command, { env })).stdout.trim().split('\n').at(-1)!)
}

/** Counts of the running states below each function; what is below two counts for the inner one. */
function add(
  node: Node,
  owner: string | null,
  names: readonly string[],
  into: Record<string, number>,
): number {
  let all = 0
  const own = node.counts?.RUNNABLE ?? 0
  if (owner !== null && own > 0) {
    into[owner] = (into[owner] ?? 0) + own
    all += own
  }
  for (const [name, child] of Object.entries(node.children ?? {})) {
    const inner = names.find((one) => name.endsWith(`.Functions.${one}`)) ?? owner
    all += add(child, inner, names, into)
  }
  return all
}

async function accuracy(mode: 'wall' | 'cpuStream'): Promise<void> {
  intervalMs = 10
  posted.length = 0
  const { truth } = (await workload(['accuracy', String(seconds), mode])) as { truth: Record<string, number> }
  intervalMs = 1000
  const names = Object.keys(truth)
  const told: Record<string, number> = {}
  const samples = posted.reduce((sum, { callgraph }) => sum + add(callgraph, null, names, told), 0)
  const errors = names.map((name) => Math.abs((told[name] ?? 0) / samples - truth[name]!) * 100)
  const noise = names.map((name) => Math.sqrt((2 / Math.PI) * truth[name]! * (1 - truth[name]!)) * 100)
  print({
    bench: `agent-java accuracy ${mode}`,
    samples,
    cpuSamples: posted.reduce((sum, { agentMetadata }) => sum + agentMetadata.sampler.cpuSamples, 0),
    functions: names.length,
    maePp: round(errors.reduce((sum, error) => sum + error, 0) / names.length),
    maxPp: round(Math.max(...errors)),
    byChancePp: round(noise.reduce((sum, one) => sum + one, 0) / names.length / Math.sqrt(samples)),
  })
}

/** By turns, so that what else the machine does falls on all alike. */
async function startUp(): Promise<void> {
  const agents = { none: [], empty: [`-javaagent:${emptyJar}`], wick: [`-javaagent:${jar}`] }
  const millis: Record<string, number[]> = { none: [], empty: [], wick: [] }
  for (let i = 0; i < runs * 2; i++) {
    for (const [name, flags] of Object.entries(agents)) {
      millis[name]!.push((await workload(['start'], flags)).toMainMs)
    }
  }
  print({
    bench: 'agent-java start until main',
    runs: runs * 2,
    ...Object.fromEntries(Object.entries(millis).map(([name, all]) => [`${name}Ms`, median(all)])),
    addedToEmptyMs: round(median(millis.wick!) - median(millis.empty!)),
  })
}

async function memory(): Promise<void> {
  const agents = { none: [], wall: [`-javaagent:${jar}`], cpuStream: [`-javaagent:${jar}=cpuStream:true`] }
  const megabytes: Record<string, number[]> = { none: [], wall: [], cpuStream: [] }
  for (let i = 0; i < runs; i++) {
    for (const [name, flags] of Object.entries(agents)) {
      megabytes[name]!.push((await workload(['memory'], flags)).rssMb)
    }
  }
  const none = median(megabytes.none!)
  print({
    bench: 'agent-java memory',
    runs,
    noneMb: none,
    addedMb: round(median(megabytes.wall!) - none),
    addedWithCpuStreamMb: round(median(megabytes.cpuStream!) - none),
  })
}

/** CPU time of all threads but the program's own, and how long its threads stood still to be looked at. */
async function threads(mode: 'wall' | 'cpuStream'): Promise<void> {
  const log = join(classes, 'safepoints.log')
  const flags = [`-Xlog:safepoint:file=${log}:uptime:filecount=0`]
  const { own, others, fromMs, toMs } = await workload(
    ['steady', String(seconds), mode, String(warmUp)],
    flags,
  )
  const looks = readFileSync(log, 'utf8')
    .split('\n')
    .map((line) => /^\[([\d.]+)s\] Safepoint "ThreadDump".* Total: +(\d+) ns/.exec(line))
    .filter((found) => found !== null && Number(found[1]) * 1000 >= fromMs && Number(found[1]) * 1000 < toMs)
  const stopped = looks.reduce((sum, found) => sum + Number(found![2]), 0)
  print({
    bench: `agent-java threads ${mode}`,
    ownPercent: own,
    othersPercent: others,
    looks: looks.length,
    stoppedPercent: round(stopped / 10_000 / (toMs - fromMs), 4),
  })
}

const named = process.argv.slice(2)
const wanted = (part: string): boolean => named.length === 0 || named.includes(part)

print({ bench: 'agent-java', cores: availableParallelism(), load: loadavg()[0] })
if (wanted('accuracy')) for (const mode of ['wall', 'cpuStream'] as const) await accuracy(mode)
if (wanted('start')) await startUp()
if (wanted('memory')) await memory()
if (wanted('threads')) for (const mode of ['wall', 'cpuStream'] as const) await threads(mode)
for (const what of wanted('overhead') ? ['control', 'overhead'] : []) {
  const { slowdownsPercent } = await workload([what, String(pairs)])
  print({
    bench: `agent-java ${what}`,
    pairs,
    medianPercent: round(median(slowdownsPercent)),
    interval95: interval(slowdownsPercent),
  })
}
print({ bench: 'agent-java', loadAtEnd: loadavg()[0] })
rmSync(classes, { recursive: true })
server.close()

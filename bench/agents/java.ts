/**
 * What the Java agent costs, and how right it is. Prints JSON lines; asserts nothing. PAIRS=100 SECONDS=40 RUNS=11; JAVA
 * names another java. About three minutes with PAIRS=20 SECONDS=20 RUNS=5.
 *
 * Overhead: one process, the agent on and off in alternating slices of a second in random order, the first 0.4 s of each
 * thrown away; work per second of process CPU (all threads); median of the pairs with a bootstrap interval, beside a
 * control that switches nothing. The direct figure is the CPU time of the agent's own threads in the same slices.
 */
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'

const pairs = Number(process.env.PAIRS ?? 100)
const seconds = Number(process.env.SECONDS ?? 40)
const runs = Number(process.env.RUNS ?? 11)
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
const posted: { callgraph: Node; agentMetadata: { numTimesSampled: number } }[] = []
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
execFileSync('javac', ['-cp', jar, '-d', classes, join(import.meta.dirname, 'java/Workload.java')])

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
    const inner = names.find((one) => name === `Workload.${one}` || name === `Workload:${one}`) ?? owner
    all += add(child, inner, names, into)
  }
  return all
}

async function accuracy(): Promise<void> {
  intervalMs = 10
  posted.length = 0
  const { truth } = (await workload(['accuracy', String(seconds)])) as { truth: Record<string, number> }
  intervalMs = 1000
  const names = Object.keys(truth)
  const told: Record<string, number> = {}
  const samples = posted.reduce((sum, { callgraph }) => sum + add(callgraph, null, names, told), 0)
  const errors = names.map((name) => Math.abs((told[name] ?? 0) / samples - truth[name]!) * 100)
  const noise = names.map((name) => Math.sqrt((2 / Math.PI) * truth[name]! * (1 - truth[name]!)) * 100)
  print({
    bench: 'agent-java accuracy',
    samples,
    functions: names.length,
    maePp: round(errors.reduce((sum, error) => sum + error, 0) / names.length),
    maxPp: round(Math.max(...errors)),
    byChancePp: round(noise.reduce((sum, one) => sum + one, 0) / names.length / Math.sqrt(samples)),
  })
}

interface Started {
  readonly toMainMs: number
  readonly rssMb: number
}

async function startUpAndMemory(): Promise<void> {
  const [on, off]: Started[][] = [[], []]
  for (let i = 0; i < runs; i++) {
    off!.push(await workload(['start']))
    on!.push(await workload(['start'], [`-javaagent:${jar}`]))
  }
  const added = (of: (one: Started) => number): number => round(median(on!.map(of)) - median(off!.map(of)))
  print({
    bench: 'agent-java start-up',
    runs,
    addedToMainMs: added(({ toMainMs }) => toMainMs),
    addedRssMb: added(({ rssMb }) => rssMb),
  })
}

print({ bench: 'agent-java', cores: availableParallelism(), load: loadavg()[0] })
await accuracy()
await startUpAndMemory()
for (const what of ['control', 'overhead']) {
  const { slowdownsPercent, ownThreadsPercentOfACore } = await workload([what, String(pairs)])
  print({
    bench: `agent-java ${what}`,
    pairs,
    medianPercent: round(median(slowdownsPercent)),
    interval95: interval(slowdownsPercent),
    ...(what === 'overhead' && { ownThreadsPercentOfACore }),
  })
}
print({ bench: 'agent-java', loadAtEnd: loadavg()[0] })
rmSync(classes, { recursive: true })
server.close()

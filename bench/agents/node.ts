/**
 * What the Node.js agent costs, and how right it is. Prints JSON lines; asserts nothing. PAIRS=100 SECONDS=40 ROUNDS=15 RUNS=9;
 * about three minutes with PAIRS=20 SECONDS=20 ROUNDS=8 RUNS=5. Some measurements alone: `node bench/agents/node.ts direct accuracy`.
 * `turns`: how long the program's loop is kept at once where a call tree is as large as it gets.
 * `working` (memory of a service that computes and reports each PERIOD=2 seconds, after four of them and 25 s at least) only by its name.
 *
 * Overhead of the sampler alone (`overhead`): one process, it is on and off in alternating slices of a second in random order, the first 0.2 s of each
 * thrown away; work per second of process CPU (all threads); median of the pairs with a bootstrap interval, beside a
 * control that switches nothing.
 */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CallTree } from '../../packages/agent-node/src/call-tree.ts'
import { FrameNames } from '../../packages/agent-node/src/frame-names.ts'
import { encodeProfile } from '../../packages/agent-node/src/profile-body.ts'
import { Sampler } from '../../packages/agent-node/src/sampler.ts'
import type { Slice } from '../../packages/agent-node/src/slice.ts'
import { SourceMaps } from '../../packages/agent-node/src/source-maps.ts'
import { Turns, type Work } from '../../packages/agent-node/src/turns.ts'

const pairs = Number(process.env.PAIRS ?? 100)
const seconds = Number(process.env.SECONDS ?? 40)
const directRounds = Number(process.env.ROUNDS ?? 15)
const runs = Number(process.env.RUNS ?? 9)
const workingPeriod = Number(process.env.PERIOD ?? 2)
const intervalMicros = 10_000
const agent = new URL('../../packages/agent-node/dist/index.js', import.meta.url).href

const print = (row: Record<string, unknown>): void => console.log(JSON.stringify(row))
const round = (value: number, digits = 2): number => Number(value.toFixed(digits))

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Seeded: the same mix in every run. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

// Functions of a service: arithmetic, text, objects, sorting, JSON, regular expressions.
const data = Array.from({ length: 200 }, (_, i) => ({ id: i, name: `item ${i}`, price: (i * 7919) % 1000 }))
const text = JSON.stringify(data)
const work: Record<string, () => unknown> = {
  sumSquares: function sumSquares() {
    let x = 0
    for (let i = 0; i < 30_000; i++) x += Math.sqrt(x + i)
    return x
  },
  sortPrices: function sortPrices() {
    return data.toSorted((a, b) => a.price - b.price)
  },
  parseText: function parseText() {
    return JSON.parse(text)
  },
  writeText: function writeText() {
    return JSON.stringify(data)
  },
  countWords: function countWords() {
    let n = 0
    for (const _ of text.matchAll(/\bitem\b/g)) n++
    return n
  },
  buildMap: function buildMap() {
    return new Map(data.map((item) => [item.name, item]))
  },
  joinNames: function joinNames() {
    return data.map(({ name }) => name.toUpperCase()).join(';')
  },
  hashText: function hashText() {
    let h = 0
    for (let i = 0; i < text.length; i++) h = (Math.imul(h, 31) + text.charCodeAt(i)) | 0
    return h
  },
}
const names = Object.keys(work)

function overheads(isControl: boolean): number[] {
  const next = random(isControl ? 7 : 42)
  const results: number[] = []
  const sampler = new Sampler()
  const slice = (isOn: boolean): number => {
    if (isOn && !isControl) sampler.start(intervalMicros)
    workFor(200)
    const cpu = process.cpuUsage()
    const units = workFor(800)
    const { user, system } = process.cpuUsage(cpu)
    if (isOn && !isControl) sampler.stop()
    return units / ((user + system) / 1e6)
  }
  for (let pair = 0; pair < pairs; pair++) {
    const isOnFirst = next() < 0.5
    const [first, second] = [slice(isOnFirst), slice(!isOnFirst)]
    const [on, off] = isOnFirst ? [first, second] : [second, first]
    results.push((off / on - 1) * 100)
  }
  return results
}

function workFor(milliseconds: number): number {
  const end = performance.now() + milliseconds
  let units = 0
  while (performance.now() < end) for (const name of names) units += work[name]!() === null ? 0 : 1
  return units
}

function interval(values: readonly number[]): [number, number] {
  const next = random(1)
  const medians = Array.from({ length: 1000 }, () =>
    median(values.map(() => values[Math.floor(next() * values.length)]!)),
  ).sort((a, b) => a - b)
  return [round(medians[25]!), round(medians[974]!)]
}

function add(into: Map<string, number>, { frames, frame, micros, parent }: Slice): void {
  // The innermost of ours on each path has what its callees have.
  const owner: (string | null)[] = []
  for (let node = 0; node < parent.length; node++) {
    const name = frames.functionName[frame[node]!]!
    owner[node] =
      names.includes(name) || name.startsWith('(') ? name : node === 0 ? null : owner[parent[node]!]!
    if (owner[node] !== null) into.set(owner[node]!, (into.get(owner[node]!) ?? 0) + micros[node]!)
  }
}

/** @param lot from 0 up to 1 */
function drawn(weights: readonly number[], lot: number): number {
  let left = lot * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [at, weight] of weights.entries()) {
    left -= weight
    if (left < 0) return at
  }
  return 0
}

async function accuracy(): Promise<void> {
  const next = random(2026)
  const weights = names.map(() => 0.2 + next())
  const truth = new Map<string, number>()
  const told = new Map<string, number>()
  const [cuts, cutCpu]: [number[], number[]] = [[], []]
  let [samples, waited] = [0, 0]
  const sampler = new Sampler()
  const beganStart = performance.now()
  sampler.start(intervalMicros)
  const startMs = performance.now() - beganStart
  const end = performance.now() + seconds * 1000
  const take = (slice: Slice | null): void => {
    if (slice === null) return
    samples += slice.samples
    add(told, slice)
  }
  let cutAt = performance.now() + 1000
  while (performance.now() < end) {
    for (let i = 0; i < 100; i++) {
      const at = drawn(weights, next())
      const began = performance.now()
      work[names[at]!]!()
      truth.set(names[at]!, (truth.get(names[at]!) ?? 0) + performance.now() - began)
    }
    if (next() < 0.1) {
      const began = performance.now()
      await new Promise((resolve) => setTimeout(resolve, 20))
      waited += performance.now() - began
    }
    if (performance.now() < cutAt) continue
    cutAt += 1000
    const [began, cpu] = [performance.now(), process.threadCpuUsage()]
    const slice = sampler.cut()
    cuts.push(performance.now() - began)
    const { user, system } = process.threadCpuUsage(cpu)
    cutCpu.push((user + system) / 1000)
    take(slice)
  }
  take(sampler.stop())
  const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)
  const whole = sum(truth.values())
  const ours = sum(names.map((name) => told.get(name) ?? 0))
  const errors = names.map((name) => Math.abs((told.get(name) ?? 0) / ours - truth.get(name)! / whole) * 100)
  const idleTold = (told.get('(idle)') ?? 0) / 1000
  const all = sum(told.values()) / 1000
  print({
    bench: 'agent-node accuracy',
    samples,
    functions: names.length,
    maePp: round(sum(errors) / errors.length),
    maxPp: round(Math.max(...errors)),
    gcShare: round((told.get('(garbage collector)') ?? 0) / 1000 / all, 3),
  })
  print({ bench: 'agent-node idle and active', wrongShare: round(Math.abs(idleTold - waited) / all, 4) })
  print({
    bench: 'agent-node cuts',
    count: cuts.length,
    medianMs: round(median(cuts)),
    maxMs: round(Math.max(...cuts)),
    medianCpuMs: round(median(cutCpu)),
    maxCpuMs: round(Math.max(...cutCpu)),
    firstStartMs: round(startMs),
  })
}

/**
 * Milliseconds to the program's first line; MiB at the end of the host's time, resident and of this process alone; CPU
 * milliseconds to the first line.
 */
type StartUp = [number, number, number, number]

/** Of the agent: takes all, over TLS; `orders` says whether to profile and how often. */
async function wickServer(
  directory: string,
  orders: () => object,
): Promise<{ env: Record<string, string | undefined>; close: () => void }> {
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')]
  // biome-ignore format: a flag and its value
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=wick',
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert,
  ], { stdio: 'ignore' })
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    request.resume().on('end', () => {
      if (request.url!.endsWith('configureAgent')) response.end(JSON.stringify(orders()))
      else response.writeHead(204).end()
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    AWS_CODEGURU_PROFILER_GROUP_NAME: 'bench',
    AWS_ENDPOINT_URL: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_CA_BUNDLE: cert,
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_EC2_METADATA_DISABLED: 'true',
    WICK_INITIAL_DELAY_SECONDS: '0',
    WICK_LOG_LEVEL: 'off',
  }
  return { env, close: () => server.close() }
}

async function outputOf(args: readonly string[], env: Record<string, string | undefined>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...args], { env, maxBuffer: 2 ** 26 })
  return stdout
}

const service = `import http from 'node:http'; import https from 'node:https'; import { createHmac } from 'node:crypto'
  http.createServer((request, response) => response.end('ok')).listen(0, '127.0.0.1')
  https.get('https://127.0.0.1:9').on('error', () => {})
  createHmac('sha256', 'a').update('b').digest()
  await fetch('http://127.0.0.1:9').catch(() => {})`
/** Functions that call each other by chance, for two fifths of a core: many paths. */
const manyPaths = `const functions = Array.from({ length: 300 }, (_, i) => new Function('depth', 'all', \`
    let x = 0; for (let k = 0; k < 3000; k++) x += Math.sqrt(k + \${i})
    return depth > 0 ? all[(depth * 7 + \${i}) % 300](depth - 1, all) + x : x\`))
  setInterval(() => {
    const until = performance.now() + 20
    while (performance.now() < until) functions[Math.floor(Math.random() * 300)](12, functions)
  }, 50)`

interface Host {
  readonly program: string
  readonly seconds: number
  /** Between two profiles; none is due within the time of the first two hosts. */
  readonly periodInSeconds: number
}

/** One that loads nothing, a service that has HTTP, TLS and cryptography of its own, and that service at work. */
const hosts = {
  bare: { program: '', seconds: 3, periodInSeconds: 300 },
  service: { program: service, seconds: 3, periodInSeconds: 300 },
  working: {
    program: `${service}\n${manyPaths}`,
    seconds: Math.max(25, 4 * workingPeriod + 5),
    periodInSeconds: workingPeriod,
  },
} satisfies Record<string, Host>

async function startUpAndMemory(host: keyof typeof hosts): Promise<void> {
  const { program, seconds, periodInSeconds } = hosts[host]
  const directory = mkdtempSync(join(tmpdir(), 'wick-bench-'))
  const agentParameters = { MinimumTimeForReportingInMilliseconds: '1000' }
  const server = await wickServer(directory, () => ({
    shouldProfile: true,
    periodInSeconds,
    agentParameters,
  }))
  const file = join(directory, 'a.mjs')
  writeFileSync(
    file,
    `import { readFileSync } from 'node:fs'
    const t = performance.now(); const { user, system } = process.cpuUsage()
    const ownMb = () => Number(/Private_Dirty: +(\\d+)/.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))?.[1]) / 1024
    setTimeout(() => {
      console.log(JSON.stringify([t, process.memoryUsage().rss / 2 ** 20, ownMb(), (user + system) / 1000]))
      process.exit()
    }, ${seconds * 1000})
    ${program}`,
  )
  const run = async (flags: readonly string[]): Promise<StartUp> =>
    JSON.parse(await outputOf([...flags, file], server.env))
  const on: StartUp[] = []
  const off: StartUp[] = []
  for (let i = 0; i < runs; i++) {
    off.push(await run([]))
    on.push(await run(['--import', agent]))
  }
  server.close()
  rmSync(directory, { recursive: true })
  const added = (at: 0 | 1 | 2 | 3): number =>
    round(median(on.map((one) => one[at])) - median(off.map((one) => one[at])))
  print({
    bench: 'agent-node start-up and memory',
    host,
    hostRssMb: round(median(off.map((one) => one[1]))),
    addedMs: added(0),
    addedCpuMs: added(3),
    addedRssMb: added(1),
    addedOwnMb: added(2),
  })
}

/** Stacks of 50 frames by chance, of 3000 functions, 500 to a slice: until the tree is full, which is then encoded. */
async function turnsOfAFullTree(): Promise<void> {
  const next = random(3)
  const functions = Array.from({ length: 3000 }, (_, i) => i)
  const count = 25_000
  const slice = (): Slice => ({
    threadId: 0,
    startedAt: 0,
    endedAt: 1,
    samples: 500,
    frames: {
      functionName: functions.map((i) => `handle${i}`),
      url: functions.map((i) => `/srv/shop/src/module${i}.js`),
      line: functions,
      column: functions,
    },
    parent: Int32Array.from({ length: count }, (_, node) =>
      node % 50 === 0 ? Math.min(node - 1, 0) : node - 1,
    ),
    frame: Int32Array.from({ length: count }, () => Math.floor(next() * 3000)),
    micros: new Float64Array(count).fill(10_000),
    firstLine: new Int32Array(count).fill(2),
    lastLine: new Int32Array(count).fill(90),
  })
  const [clock, cpu]: [number[], number[]] = [[], []]
  const errors: unknown[] = []
  const turns = new Turns({
    measure: (turn) => {
      const [began, used] = [performance.now(), process.threadCpuUsage()]
      turn()
      const { user, system } = process.threadCpuUsage(used)
      clock.push(performance.now() - began)
      cpu.push((user + system) / 1000)
    },
    onError: (error) => errors.push(error),
  })
  const tree = new CallTree()
  const names = new FrameNames(new SourceMaps())
  let bytes = 0
  const encode = function* (): Work {
    const body = yield* encodeProfile(tree, { head: {}, tail: {}, intervalMicros: 10_000, lot: 0.5 })
    bytes = body.length
  }
  const began = performance.now()
  const alive = setInterval(() => {}, 1000)
  while (!tree.isFull) {
    turns.add(tree.add(slice(), names, 1000))
    await turns.idle()
  }
  const folds = clock.length
  turns.add(encode())
  await turns.idle()
  clearInterval(alive)
  print({
    bench: 'agent-node turns of a full tree',
    errors: errors.length,
    treeMb: round(tree.bytes / 2 ** 20),
    bodyMb: round(bytes / 2 ** 20),
    turns: clock.length,
    ofThemToEncode: clock.length - folds,
    seconds: round((performance.now() - began) / 1000),
    medianMs: round(median(clock)),
    longestMs: round(Math.max(...clock)),
    longestCpuMs: round(Math.max(...cpu)),
    cpuMs: round(cpu.reduce((sum, one) => sum + one, 0)),
  })
}

/**
 * The whole agent in a process of its own that computes: the server switches it on and off by its orders, a slice of two
 * seconds each, in random order for each pair; the first 0.6 s of a slice are thrown away. It posts a profile each slice,
 * 150 times as often as it would by default, so what reporting costs is overstated. The control is never switched off.
 */
async function wholeAgent(isControl: boolean): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'wick-bench-'))
  const next = random(isControl ? 7 : 42)
  const slices: { isOn: boolean; from: number; to: number }[] = []
  let isOnFirst = false
  const orders = (): object => {
    const now = Date.now()
    const last = slices.at(-1)
    if (last !== undefined) last.to = now
    if (slices.length % 2 === 0) isOnFirst = next() < 0.5
    const isOn = slices.length % 2 === 0 ? isOnFirst : !isOnFirst
    slices.push({ isOn, from: now + 600, to: Number.POSITIVE_INFINITY })
    return {
      shouldProfile: isControl || isOn,
      periodInSeconds: 2,
      agentParameters: { MinimumTimeForReportingInMilliseconds: '1000' },
    }
  }
  const server = await wickServer(directory, orders)
  const file = join(directory, 'a.mjs')
  writeFileSync(
    file,
    `const work = [${Object.values(work).join(', ')}]
    const data = ${JSON.stringify(data)}; const text = JSON.stringify(data)
    const end = Date.now() + ${(2 * pairs + 2) * 2200}
    while (Date.now() < end) {
      const from = Date.now(), cpu = process.cpuUsage(), until = performance.now() + 100
      let units = 0
      while (performance.now() < until) for (const one of work) { one(); units++ }
      const { user, system } = process.cpuUsage(cpu)
      console.log(JSON.stringify([from, Date.now(), units, user + system]))
      await new Promise((resolve) => setImmediate(resolve))
    }`,
  )
  const lines = (await outputOf(['--import', agent, file], server.env)).trim().split('\n')
  server.close()
  rmSync(directory, { recursive: true })
  const windows = lines.map((line) => JSON.parse(line) as [number, number, number, number])
  const rateOf = ({ from, to }: { from: number; to: number }): number => {
    const inside = windows.filter((window) => window[0] >= from && window[1] <= to)
    const sum = (at: 2 | 3): number => inside.reduce((total, window) => total + window[at], 0)
    return sum(2) / sum(3)
  }
  const lost: number[] = []
  for (let i = 0; i + 2 < slices.length; i += 2) {
    const [first, second] = [slices[i]!, slices[i + 1]!]
    const [on, off] = first.isOn ? [first, second] : [second, first]
    const percent = (rateOf(off) / rateOf(on) - 1) * 100
    if (Number.isFinite(percent)) lost.push(percent)
  }
  print({
    bench: isControl ? 'agent-node whole agent, control' : 'agent-node whole agent',
    pairs: lost.length,
    medianPercent: round(median(lost)),
    interval95: interval(lost),
  })
}

/**
 * The same work at several rates of sampling: CPU time for a unit of work grows with the samples in it, and the slope is
 * the cost of one. Of the sampled thread alone that is V8's signal handler, `handlerMicros` of src/cpu-budget.ts; of the
 * process it is V8's own sampling thread as well.
 */
function directCost(): void {
  const sampler = new Sampler()
  sampler.start(intervalMicros)
  workFor(500)
  const rates = [intervalMicros, intervalMicros / 4, intervalMicros / 10, intervalMicros / 20]
  const rounds = Array.from({ length: directRounds }, () => rates.map((micros) => costAt(sampler, micros)))
  sampler.stop()
  const slopeOf = (cost: (one: Cost) => number): number[] =>
    rounds.map((round) => slope(round.map((one) => [one.samples, cost(one)])))
  const thread = slopeOf((one) => one.threadMicros)
  const whole = slopeOf((one) => one.processMicros)
  print({
    bench: 'agent-node direct cost',
    handlerMicrosPerSample: round(median(thread)),
    handlerInterval95: interval(thread),
    cpuMicrosPerSample: round(median(whole)),
    shareOfACoreAt10ms: `${round((median(whole) * 100) / 1e4)} %`,
  })
}

/** Of one unit of work. */
interface Cost {
  readonly samples: number
  readonly threadMicros: number
  readonly processMicros: number
}

function costAt(sampler: Sampler, micros: number): Cost {
  sampler.stop()
  sampler.start(micros)
  workFor(100)
  sampler.cut()
  const [thread, all] = [process.threadCpuUsage(), process.cpuUsage()]
  const units = workFor(700)
  const [threadUsed, allUsed] = [process.threadCpuUsage(thread), process.cpuUsage(all)]
  const samples = sampler.cut()?.samples ?? 0
  return {
    samples: samples / units,
    threadMicros: (threadUsed.user + threadUsed.system) / units,
    processMicros: (allUsed.user + allUsed.system) / units,
  }
}

/** Of the line with the least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const upper = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0)
  return upper / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
}

print({ bench: 'agent-node', node: process.versions.node, cores: availableParallelism(), load: loadavg()[0] })
const wanted = process.argv.slice(2)
const isWanted = (what: string): boolean => wanted.length === 0 || wanted.includes(what)
if (isWanted('accuracy')) await accuracy()
if (isWanted('direct')) directCost()
if (isWanted('turns')) await turnsOfAFullTree()
if (isWanted('start')) for (const host of ['bare', 'service'] as const) await startUpAndMemory(host)
if (wanted.includes('working')) await startUpAndMemory('working')
if (isWanted('whole')) for (const isControl of [true, false]) await wholeAgent(isControl)
for (const isControl of isWanted('overhead') ? [true, false] : []) {
  const results = overheads(isControl)
  print({
    bench: isControl ? 'agent-node control' : 'agent-node overhead',
    pairs,
    medianPercent: round(median(results)),
    interval95: interval(results),
  })
}
print({ bench: 'agent-node', loadAtEnd: loadavg()[0] })

/**
 * What the Node.js agent costs, and how right it is. Prints JSON lines; asserts nothing. PAIRS=100 SECONDS=40 ROUNDS=15 RUNS=9;
 * about three minutes with PAIRS=20 SECONDS=20 ROUNDS=8 RUNS=5. Some measurements alone: `node bench/agents/node.ts direct accuracy`.
 *
 * Overhead: one process, the sampler on and off in alternating slices of a second in random order, the first 0.2 s of each
 * thrown away; work per second of process CPU (all threads); median of the pairs with a bootstrap interval, beside a
 * control that switches nothing.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Sampler } from '../../packages/agent-node/src/sampler.ts'
import type { Slice } from '../../packages/agent-node/src/slice.ts'

const pairs = Number(process.env.PAIRS ?? 100)
const seconds = Number(process.env.SECONDS ?? 40)
const directRounds = Number(process.env.ROUNDS ?? 15)
const runs = Number(process.env.RUNS ?? 9)
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

/** Milliseconds to the program's first line, MiB after three seconds, CPU milliseconds to the first line. */
type StartUp = [number, number, number]

function startUpAndMemory(): void {
  const directory = mkdtempSync(join(tmpdir(), 'wick-bench-'))
  const file = join(directory, 'a.mjs')
  writeFileSync(
    file,
    `const t = performance.now(); const { user, system } = process.cpuUsage()
    setTimeout(() => console.log(JSON.stringify([t, process.memoryUsage().rss / 2 ** 20, (user + system) / 1000])), 3000)`,
  )
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    AWS_CODEGURU_PROFILER_GROUP_NAME: 'bench',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    WICK_LOG_LEVEL: 'off',
  }
  const run = (flags: readonly string[]): StartUp =>
    JSON.parse(spawnSync(process.execPath, [...flags, file], { env, encoding: 'utf8' }).stdout)
  const on: StartUp[] = []
  const off: StartUp[] = []
  for (let i = 0; i < runs; i++) {
    off.push(run([]))
    on.push(run(['--import', agent]))
  }
  rmSync(directory, { recursive: true })
  const added = (at: 0 | 1 | 2): number =>
    median(on.map((one) => one[at])) - median(off.map((one) => one[at]))
  print({
    bench: 'agent-node start-up',
    addedMs: round(added(0)),
    addedCpuMs: round(added(2)),
    addedRssMb: round(added(1)),
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
if (isWanted('start')) startUpAndMemory()
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

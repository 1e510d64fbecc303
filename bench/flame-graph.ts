/**
 * What the console's flame graph costs with NODES=1000000 call paths, in Chromium: drawing a frame (raster included),
 * searching, changing the picture, memory of the page with its worker. No server: the profile is made up here, sent as the
 * server would send it.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, resolve } from 'node:path'
import { encodeName, encodePrunedTree, NameInterner } from '@wick/profile'
import { build } from 'vite'
import { startBrowser } from '../e2e/support/browser.ts'
import type { Bench } from './flame-graph/page.ts'
import { seededRandom } from './synthetic-profile.ts'

const nodes = Number(process.env.NODES ?? 1_000_000)
const nameCount = 20_000
const states = ['RUNNABLE', 'BLOCKED', 'WAITING']
/** How often each picture is made. */
const rounds = 7

/** Stacks up to a hundred calls deep; few names often, most rarely. Half of the nodes have samples of their own. */
function tree(): Uint8Array {
  const random = seededRandom(7)
  const names = new NameInterner()
  for (let k = 0; k < nameCount; k++) {
    const name = encodeName(`com.example.${'abcdefgh'[k % 8]}.Service${k >> 3}.handle${k}`)
    names.intern(name, 0, name.length)
  }
  const unknown = () => new Int32Array(nodes).fill(-1)
  const parent = unknown()
  const frame = unknown()
  const path = [0]
  const latest = new Int32Array(nodes)
  const taken = new Map<number, Set<number>>()
  for (let node = 1; node < nodes; node++) {
    if (path.length > 100 || random() < 0.5)
      path.length = Math.max(1, Math.floor(path.length - random() * random() * Math.min(path.length - 1, 30)))
    // Names of callees are distinct, so there is room for so many: on to the latest callee.
    while ((taken.get(path.at(-1)!)?.size ?? 0) > 2000) path.push(latest[path.at(-1)!]!)
    const above = path.at(-1)!
    latest[above] = node
    const siblings = taken.get(above) ?? new Set()
    taken.set(above, siblings)
    let name = Math.floor(random() ** 3 * nameCount)
    while (siblings.has(name)) name = (name + 1) % nameCount
    siblings.add(name)
    parent[node] = above
    frame[node] = name
    path.push(node)
  }
  const columns = states.map((counter) => ({
    side: 0,
    counter,
    self: new Float64Array(nodes),
    rest: new Float64Array(nodes),
  }))
  for (let node = 1; node < nodes; node++)
    if (random() < 0.5)
      columns[Math.floor(random() * columns.length)]!.self[node] = Math.ceil(1 / (random() + 1e-4))
  return encodePrunedTree({
    sides: [{ start: 0, end: 300_000 }],
    names: names.table(),
    files: new NameInterner().table(),
    parent,
    frame,
    file: unknown(),
    firstLine: unknown(),
    lastLine: unknown(),
    hidden: new Int32Array(nodes),
    columns,
  })
}

const body = tree()
const directory = await mkdtemp(join(tmpdir(), 'wick-bench-flame-graph-'))
await build({
  root: resolve(import.meta.dirname, 'flame-graph'),
  base: '/',
  logLevel: 'warn',
  worker: { format: 'es' },
  build: { outDir: directory, emptyOutDir: true, target: 'es2024' },
})
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' }
const server = createServer(async ({ url = '/' }, response) => {
  // Memory can be measured only by a page that shares its process with nobody.
  response.setHeader('cross-origin-opener-policy', 'same-origin')
  response.setHeader('cross-origin-embedder-policy', 'require-corp')
  if (url === '/tree') return void response.end(body)
  const file = url === '/' ? '/index.html' : url
  response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream')
  response.end(await readFile(join(directory, file)).catch(() => ''))
})
await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
const browser = await startBrowser(null)
try {
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 }, locale: 'en-US' })
  page.on('pageerror', (error) => console.error(error))
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await page.waitForFunction(() => 'bench' in globalThis)
  const bench = await page.evaluateHandle(() => (globalThis as unknown as { bench: Bench }).bench)
  const size = await bench.evaluate((it) => it.load())
  print('boxes', size.boxes, 'boxes', { rows: size.rows })
  await bench.evaluate((it) => it.frames(40))
  const frames = await bench.evaluate((it) => it.frames(400))
  printTimes('draw', frames.times, { boxesVisited: frames.visited })
  printTimes('search_text', await bench.evaluate((it) => it.search('service12', false)))
  printTimes('search_pattern', await bench.evaluate((it) => it.search('service1.*handle[0-9]*7$', true)))
  printTimes('function_table', await bench.evaluate((it) => it.table()))
  for (const what of await bench.evaluate((it) => it.views())) {
    const times: number[] = []
    for (let round = 0; round < rounds; round++) {
      // Something else, so that the worker has not made it before.
      await bench.evaluate((it) => it.plain())
      times.push(await bench.evaluate((it, which) => it.view(which), what))
    }
    printTimes(what, times)
  }
  print('memory', Math.round((await bench.evaluate((it) => it.memory())) / 1e6), 'MB')
} finally {
  await browser.close()
  server.close()
  await rm(directory, { recursive: true })
}

function print(metric: string, value: number, unit: string, more: object = {}): void {
  console.log(JSON.stringify({ bench: 'flame-graph', metric, value, unit, baseline: null, ...more }))
}

/** The median by the clock; the first time is also the compiler's. */
function printTimes(metric: string, times: readonly number[], more: object = {}): void {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!)
  print(metric, at(0.5), 'ms', { least: at(0), p95: at(0.95), first: round(times[0]!), ...more })
}

function round(value: number): number {
  return Number(value.toFixed(1))
}

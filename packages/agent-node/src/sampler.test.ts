import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import * as inspector from 'node:inspector'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Sampler } from './sampler.ts'
import type { Slice } from './slice.ts'

function computeForTheSampler(milliseconds: number): number {
  const end = performance.now() + milliseconds
  let x = 0
  while (performance.now() < end) for (let i = 0; i < 1000; i++) x = Math.sqrt(x + i)
  return x
}

const microsIn = ({ frames, frame, micros }: Slice, name: string): number =>
  [...frame].reduce((sum, at, node) => sum + (frames.functionName[at] === name ? micros[node]! : 0), 0)

const total = ({ micros }: Slice): number => micros.reduce((sum, value) => sum + value, 0)

test('slices follow each other without a gap, and hold what the thread did', async () => {
  const sampler = new Sampler(() => 'program')
  sampler.start(10_000)
  const slices: Slice[] = []
  for (let i = 0; i < 3; i++) {
    computeForTheSampler(200)
    await new Promise((resolve) => setTimeout(resolve, 400))
    slices.push(sampler.cut()!)
  }
  const last = sampler.stop()
  assert.ok(last !== null)
  assert.ok(!sampler.isRunning)
  for (const [i, slice] of slices.entries()) {
    if (i > 0) assert.equal(slice.startedAt, slices[i - 1]!.endedAt)
    assert.ok(microsIn(slice, 'computeForTheSampler') > 50_000, 'the function is seen')
    // All time is somebody's.
    assert.ok(Math.abs(total(slice) / 1000 - (slice.endedAt - slice.startedAt)) < 100)
  }
  // On a machine that is busy with other things one slice may have no sample of its wait.
  assert.ok(
    slices.some((slice) => microsIn(slice, '(idle)') > 50_000),
    'waiting is seen',
  )
})

test('a program that profiles itself does not end our slices', () => {
  const sampler = new Sampler(() => 'program')
  sampler.start(10_000)
  console.profile('mine')
  computeForTheSampler(50)
  console.profileEnd('mine')
  assert.ok(total(sampler.cut()!) > 0)
  console.profile()
  console.profileEnd()
  computeForTheSampler(50)
  assert.ok(total(sampler.cut()!) > 0)
  sampler.stop()
})

/** A process of its own that counts, sampled meanwhile or not, and what Node wrote into its directory. */
function counting(t: TestContext, { isSampled = true, isProfiled = false } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'wick-agent-sampler-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const program = join(directory, 'program.mjs')
  writeFileSync(
    program,
    `let count = 0
    const step = () => { if (count++ % 2 === 0) count++ }
    const { Sampler } = await import(${JSON.stringify(new URL('./sampler.ts', import.meta.url).href)})
    const sampler = new Sampler()
    if (process.argv[2] === 'sampled') sampler.start(1000)
    for (let i = 0; i < 1e5; i++) step()
    for (let i = 0; i < 2; i++) sampler.cut()
    sampler.stop()
    for (let i = 0; i < 1e5; i++) step()`,
  )
  const written = join(directory, 'written')
  const flags = isProfiled ? ['--cpu-prof', `--cpu-prof-dir=${written}`] : []
  const { status, stderr } = spawnSync(
    process.execPath,
    [...flags, program, isSampled ? 'sampled' : 'alone'],
    {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...(!isProfiled && { NODE_V8_COVERAGE: written }) },
    },
  )
  assert.deepEqual([status, stderr], [0, ''])
  return readdirSync(written).map((file) => JSON.parse(readFileSync(join(written, file), 'utf8')))
}

test("the program's coverage is the same, and Node's own session of it prints nothing", (t) => {
  interface Script {
    readonly url: string
    readonly functions: readonly { readonly functionName: string }[]
  }
  const [sampled, alone] = [true, false].map((isSampled) => {
    const [{ result }] = counting(t, { isSampled }) as [{ readonly result: readonly Script[] }]
    const program = result.find(({ url }) => url.endsWith('program.mjs'))!
    return program.functions.find(({ functionName }) => functionName === 'step')
  })
  assert.match(JSON.stringify(alone), /"count":200000/)
  assert.deepEqual(sampled, alone)
})

test("beside Node's own profile nothing is printed", (t) => {
  const [profile] = counting(t, { isProfiled: true })
  assert.ok(profile.nodes.length > 1)
})

test('it can be stopped and started, as often as one likes', () => {
  const sampler = new Sampler(() => 'program')
  assert.equal(sampler.cut(), null)
  for (let i = 0; i < 3; i++) {
    sampler.start(10_000)
    computeForTheSampler(30)
    assert.ok(total(sampler.stop()!) > 0)
  }
})

test('collecting garbage is a frame of its own, charged to nobody', () => {
  const sampler = new Sampler(() => 'program')
  sampler.start(1000)
  const kept: object[] = []
  for (const end = performance.now() + 1500; performance.now() < end; ) keepMuch(kept)
  const slice = sampler.stop()!
  const gc = slice.frames.functionName.indexOf('(garbage collector)')
  assert.ok(gc >= 0)
  assert.ok(microsIn(slice, '(garbage collector)') > 10_000)
  // Whoever allocates has it nowhere above or below.
  const nodes = [...slice.frame.keys()].filter((node) => slice.frame[node] === gc)
  assert.ok(nodes.every((node) => slice.parent[node] === 0 && !slice.parent.includes(node)))
  assert.ok(microsIn(slice, 'keepMuch') > 0)
})

function keepMuch(kept: object[]): void {
  for (let i = 0; i < 20_000; i++) kept.push({ i, text: `item ${i}` })
  if (kept.length > 500_000) kept.length = 0
}

/** Whatever a clock says on a busy machine: what takes tens of milliseconds is starting V8's profiler. */
test("a cut never stops or starts V8's profiler, but overlaps the next profile with the one before", (t) => {
  const sampler = new Sampler(() => 'program')
  sampler.start(10_000)
  const post = t.mock.method(inspector.Session.prototype, 'post')
  const profile = t.mock.method(inspector.console, 'profile')
  const profileEnd = t.mock.method(inspector.console, 'profileEnd')
  for (let i = 0; i < 5; i++) {
    sampler.cut()
    const [began, ended] = [profile.mock.calls.at(-1)!, profileEnd.mock.calls.at(-1)!]
    assert.notEqual(began.arguments[0], ended.arguments[0])
  }
  assert.deepEqual([post.mock.callCount(), profile.mock.callCount(), profileEnd.mock.callCount()], [0, 5, 5])
  sampler.stop()
})

/** The clock of the wall is what is sampled, and what the truth is told by; bounds are for machines that are busy. */
test('each function gets its share of the time', () => {
  const sampler = new Sampler(() => 'program')
  const truth = new Map<string, number>()
  const told = new Map<string, number>()
  const functions = { addRoots, growText, sortNumbers, parseList }
  const calls = Object.values(functions)
  sampler.start(2000)
  for (const end = performance.now() + 4000; performance.now() < end; ) {
    // A mix of unequal parts: the first is called most.
    for (const [at, call] of calls.entries()) {
      const began = performance.now()
      for (let i = at; i < calls.length; i++) call()
      truth.set(call.name, (truth.get(call.name) ?? 0) + performance.now() - began)
    }
  }
  const slice = sampler.stop()!
  const owners: (string | null)[] = []
  for (const [node, parent] of slice.parent.entries()) {
    const name = slice.frames.functionName[slice.frame[node]!]!
    owners[node] = name in functions ? name : parent < 0 ? null : owners[parent]!
    const owner = owners[node]
    if (owner != null) told.set(owner, (told.get(owner) ?? 0) + slice.micros[node]!)
  }
  const sum = (shares: Map<string, number>): number => [...shares.values()].reduce((all, one) => all + one, 0)
  const errors = Object.keys(functions).map((name) =>
    Math.abs((told.get(name) ?? 0) / sum(told) - truth.get(name)! / sum(truth)),
  )
  const report = JSON.stringify([[...truth], [...told], slice.samples])
  assert.ok(slice.samples > 300, report)
  assert.ok(errors.reduce((all, error) => all + error, 0) / errors.length < 0.06, report)
  assert.ok(Math.max(...errors) < 0.12, report)
})

function addRoots(): number {
  let x = 0
  for (let i = 0; i < 100_000; i++) x = Math.sqrt(x + i)
  return x
}

function growText(): number {
  let text = ''
  for (let i = 0; i < 3000; i++) text += String.fromCharCode(97 + (i % 26))
  return text.indexOf('zz')
}

function sortNumbers(): number {
  return Float64Array.from({ length: 3000 }, (_, i) => (i * 7919) % 3001).sort()[0]!
}

function parseList(): number {
  return JSON.parse(`[${'12345,'.repeat(3000)}0]`).length
}

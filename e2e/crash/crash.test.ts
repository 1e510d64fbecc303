/**
 * kill -9 at random moments while many agents post, windows are sealed and rolled up, and old ones go: what was acknowledged is
 * kept, and what was sent again because nobody answered is counted once, in every kind of answer. WICK_CRASH_KILLS makes it
 * longer (`make crash-test TRIALS=1000`); WICK_CRASH_SEED repeats the moments of another run, as far as an operating system lets
 * them be repeated.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type CallNode, callPathSums, type ProfileBody } from '../support/call-paths.ts'
import { type Caller, startCaller } from '../support/caller.ts'
import { runWick, startWick, temporaryDirectory, type Wick } from '../support/wick.ts'

const kills = Number(process.env.WICK_CRASH_KILLS ?? 50)
const seed = Number(process.env.WICK_CRASH_SEED ?? randomInt(2 ** 31))

const agents = 12
const groups = ['shop', 'mail', 'search']
/** A process is up that long, at most, before it is killed; one in ten lives long enough to finish a sealing. */
const longestLife = 300
const longLife = 3000
/** One in twenty is killed about when it looks what has become too old. */
const upkeepAfter = 10_000
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** Windows go after a day, hours after two; posts are up to two and a half old. */
const flags = [
  '--insecure-http',
  ...['--max-profile-age-seconds', '259200'],
  ...['--five-minute-retention-days', '1', '--hourly-retention-days', '2'],
]
const oldest = 2.5 * day
/** About how long a start takes: one in five is killed within it. */
const longestStart = 400

test('what is acknowledged survives kill -9 at any moment, and is counted once however often it was sent', async (t) => {
  t.diagnostic(`seed ${seed}`)
  const random = seededRandom(seed)
  const directory = await temporaryDirectory(t)
  await makeGroups(directory)
  const server = supervised(directory)
  t.after(() => server.stop())
  const posts = new Ledger()
  const isOver = (): boolean => server.kills >= kills
  const working = Promise.all(
    Array.from({ length: agents }, (_, i) =>
      postUntil(isOver, server, posts, `agent-${i}`, seededRandom(seed + i + 1)),
    ),
  )
  const sealing = sealUntil(isOver, server, posts)
  // A failed agent ends the test at once, not after the last kill.
  await Promise.race([working, killRepeatedly(server, directory, random)])
  await server.start()
  await Promise.all([working, sealing])

  t.diagnostic(`${server.kills} kills, ${server.killsWhileStarting} of them during a start`)
  t.diagnostic(
    `${posts.acknowledged} posts acknowledged, ${posts.retries} retries, ${posts.repetitions} repetitions, ${posts.sealings} sealings`,
  )
  const [lost, doubled] = await missingAndDoubled(await server.caller, posts)
  console.log(`trials ${server.kills}, acknowledged ${posts.acknowledged}, lost ${lost}, doubled ${doubled}`)
  assert.deepEqual([lost, doubled], [0, 0])
  await assertExact(await server.caller, posts)
  assert.equal(await seal(server), true)
  await assertExact(await server.caller, posts)
  assert.equal(await server.stop(), 0)
  await server.start()
  await assertExact(await server.caller, posts)
  // Before its directory is removed: it writes on, histories of functions for one.
  assert.equal(await server.stop(), 0)
})

test('a first start that is killed at any moment is completed by the next one', async (t) => {
  t.diagnostic(`seed ${seed}`)
  const random = seededRandom(seed)
  const parent = await temporaryDirectory(t)
  for (let trial = 0; trial < 8; trial++) {
    const directory = await mkdtemp(join(parent, 'data-'))
    await killWhileStarting(directory, 100 + random() * longestStart)
    const wick = await startWick({ directory })
    await (await startCaller(wick)).createGroup('shop')
    assert.equal(await wick.stop(), 0)
  }
})

/** One process after the other on one directory. */
interface Supervised {
  /** Whoever is to be asked now; waits while nobody is there. Rejects where a start failed. */
  readonly caller: Promise<Caller>
  kills: number
  killsWhileStarting: number
  start(): Promise<void>
  kill(): Promise<void>
  /** @returns the exit code */
  stop(): Promise<number | null>
}

function supervised(directory: string): Supervised {
  let wick: Wick | null = null
  let next = Promise.withResolvers<Caller>()
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = wick
    wick = null
    next = Promise.withResolvers()
    return ending === null ? 0 : ending.stop(signal)
  }
  return {
    get caller() {
      return next.promise
    },
    kills: 0,
    killsWhileStarting: 0,
    start: async () => {
      try {
        wick = await startWick({ directory, flags })
        next.resolve(await startCaller(wick))
      } catch (error) {
        next.reject(error)
        throw error
      }
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  }
}

async function killRepeatedly(server: Supervised, directory: string, random: () => number): Promise<void> {
  for (; server.kills < kills; server.kills++) {
    if (random() < 0.2) {
      await killWhileStarting(directory, random() * longestStart)
      server.killsWhileStarting++
      continue
    }
    await server.start()
    await wait(lifeLength(random))
    await server.kill()
  }
}

function lifeLength(random: () => number): number {
  const kind = random()
  if (kind < 0.05) return upkeepAfter + (random() - 0.3) * longestLife
  return kind < 0.15 ? longLife : random() * longestLife
}

async function killWhileStarting(directory: string, afterMilliseconds: number): Promise<void> {
  const child = runWick(['serve', '--data', directory, '--listen', '127.0.0.1:0', ...flags])
  const ended = once(child, 'exit')
  await wait(afterMilliseconds)
  child.kill('SIGKILL')
  await ended
}

/** What was posted: its frame and its count are its own, so that it can be found again. */
interface Posted {
  readonly number: number
  readonly group: string
  readonly agent: string
  readonly end: number
}

class Ledger {
  readonly posts: Posted[] = []
  acknowledged = 0
  /** Posts sent again because there was no answer, or none that acknowledged. */
  retries = 0
  /** Posts sent again although they were acknowledged. */
  repetitions = 0
  /** Those that were said to be done. */
  sealings = 0

  /** @param age how long ago it ended, milliseconds */
  begin(group: string, agent: string, age: number): { readonly token: string; readonly body: string } {
    const number = this.posts.length
    const end = Date.now() - Math.floor(age)
    this.posts.push({ number, group, agent, end })
    const body = {
      ...{ start: end - 1000, end },
      agentMetadata: { fleetInfo: { hostName: agent } },
      heapSummary: { time: end, capacityBytes: 2 ** 30, usedBytes: number, types: [] },
      callgraph: callgraphOf([number]),
    }
    return { token: `post-${number}`, body: JSON.stringify(body) }
  }

  of(group: string): readonly Posted[] {
    return this.posts.filter((post) => post.group === group)
  }
}

function samplesOf(number: number): number {
  return 1 + (number % 997)
}

function callgraphOf(numbers: readonly number[]): CallNode {
  const children = Object.fromEntries(
    numbers.map((number) => [`post ${number}`, { counts: { RUNNABLE: samplesOf(number) } }]),
  )
  return { children: { main: { counts: { RUNNABLE: numbers.length }, children } } }
}

/** An agent: posts one profile after the other, each until it is acknowledged. */
async function postUntil(
  isOver: () => boolean,
  server: Supervised,
  posts: Ledger,
  agent: string,
  random: () => number,
): Promise<void> {
  while (!isOver()) {
    const group = groups[Math.floor(random() * groups.length)]!
    // Half of now, half late: of windows that were sealed before, hours rolled up, and days of which windows or hours are gone.
    const latest = random() < 0.5 ? 4 * hour : oldest
    const { token, body } = posts.begin(group, agent, random() < 0.5 ? 0 : random() * latest)
    while (!(await isAcknowledged(server, group, token, body))) {
      posts.retries++
      await wait(random() * 10)
    }
    posts.acknowledged++
    if (random() < 0.1 && (await isAcknowledged(server, group, token, body))) posts.repetitions++
  }
}

/** An operator in a hurry: seals again and again. */
async function sealUntil(isOver: () => boolean, server: Supervised, posts: Ledger): Promise<void> {
  while (!isOver()) {
    if (await seal(server)) posts.sealings++
    await wait(20)
  }
}

/** @returns whether the server said that it is done */
async function seal(server: Supervised): Promise<boolean> {
  const caller = await server.caller
  const answer = await caller.send({ method: 'POST', target: '/v1/store/seal' }).catch(() => null)
  return answer?.status === 204
}

async function isAcknowledged(
  server: Supervised,
  group: string,
  token: string,
  body: string,
): Promise<boolean> {
  const caller = await server.caller
  const answer = await caller.post(group, body, { token }).catch(() => null)
  if (answer === null) return false
  if (answer.status !== 503) assert.equal(answer.status, 204, answer.body.toString())
  return answer.status === 204
}

async function makeGroups(directory: string): Promise<void> {
  const wick = await startWick({ directory, flags })
  const caller = await startCaller(wick)
  for (const group of groups) await caller.createGroup(group)
  assert.equal(await wick.stop(), 0)
}

/** Whole days, so that it does not matter of what only hours or days are left. */
function everything(): { readonly startTime: string; readonly endTime: string } {
  const instant = (at: number): string => new Date(Math.floor(at / day) * day).toISOString()
  return { startTime: instant(Date.now() - 3 * day), endTime: instant(Date.now() + day) }
}

async function profileOf(caller: Caller, group: string): Promise<ProfileBody> {
  const { startTime, endTime } = everything()
  const query = new URLSearchParams({ startTime, endTime }).toString()
  const target = `/profilingGroups/${group}/profile?${query}`
  const { status, body } = await caller.send({ target, headers: { accept: 'application/json' } })
  assert.equal(status, 200, body.toString())
  return JSON.parse(body.toString())
}

/** How many posts are not there, or in part, and how many more than once. */
async function missingAndDoubled(caller: Caller, posts: Ledger): Promise<readonly [number, number]> {
  let lost = 0
  let doubled = 0
  for (const group of groups) {
    const { callgraph } = await profileOf(caller, group)
    const held = callgraph.children?.main?.children ?? {}
    for (const { number } of posts.of(group)) {
      const samples = held[`post ${number}`]?.counts?.RUNNABLE ?? 0
      if (samples < samplesOf(number)) lost++
      if (samples > samplesOf(number)) doubled++
    }
  }
  return [lost, doubled]
}

/** Every kind of answer is that of all posts. */
async function assertExact(caller: Caller, posts: Ledger): Promise<void> {
  assert.equal(posts.acknowledged, posts.posts.length)
  for (const group of groups) {
    const own = posts.of(group)
    const ask = async <T>(what: string, body: object): Promise<T> => {
      const target = `/v1/profilingGroups/${group}/${what}`
      const answer = await caller.send({
        method: 'POST',
        target,
        body: JSON.stringify({ ...everything(), ...body }),
      })
      assert.equal(answer.status, 200, answer.body.toString())
      return JSON.parse(answer.body.toString())
    }
    const expected = callgraphOf(own.map(({ number }) => number))
    const all = own.reduce((sum, { number }) => sum + 1 + samplesOf(number), 0)
    assert.deepEqual(
      callPathSums(await profileOf(caller, group)),
      callPathSums({ start: 0, end: 0, callgraph: expected }),
      group,
    )

    const { samples, matched } = await ask<{ samples: number; matched: number }>('search', { text: 'post ' })
    assert.deepEqual([samples, matched], [all, all - own.length], `${group}: search`)

    const { totals, frames } = await ask<{ totals: number[]; frames: { samples: number[] }[] }>('series', {
      frames: ['main', 'never'],
      resolution: 'P1D',
    })
    const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
    assert.deepEqual(
      [sum(totals), ...frames.map((frame) => sum(frame.samples))],
      [all, all, 0],
      `${group}: series`,
    )

    const { instances } = await ask<{ instances: { instance: string; profiles: number }[] }>('fleet', {})
    assert.deepEqual(
      new Map(instances.map(({ instance, profiles }) => [instance, profiles] as const).sort()),
      new Map(
        [...Map.groupBy(own, ({ agent }) => agent)]
          .map(([agent, some]) => [agent, some.length] as const)
          .sort(),
      ),
      `${group}: fleet`,
    )

    const { steps } = await ask<{ steps: { reports: number; usedBytes: number }[] }>('heap', { step: 'P1D' })
    const used = sum(steps.map(({ reports, usedBytes }) => Math.round(reports * usedBytes)))
    assert.deepEqual(
      [sum(steps.map(({ reports }) => reports)), used],
      [own.length, sum(own.map(({ number }) => number))],
      `${group}: heap`,
    )

    await assertFiltered(group, own, ask)
  }
}

type Ask = <T>(what: string, body: object) => Promise<T>

/** One agent's posts of the last hours, which are still told apart. */
async function assertFiltered(group: string, own: readonly Posted[], ask: Ask): Promise<void> {
  const to = Math.ceil(Date.now() / hour) * hour
  const from = to - 12 * hour
  const recent = own.filter(({ agent, end }) => agent === 'agent-3' && end > from && end <= to)
  if (recent.length === 0) return
  const { columns } = await ask<{ columns: { self: number[]; rest: number[] }[] }>('tree', {
    startTime: new Date(from).toISOString(),
    endTime: new Date(to).toISOString(),
    filter: { instances: ['agent-3'] },
  })
  const shown = columns.flatMap(({ self, rest }) => [...self, ...rest]).reduce((a, b) => a + b, 0)
  assert.equal(
    shown,
    recent.reduce((sum, { number }) => sum + 1 + samplesOf(number), 0),
    `${group}: tree`,
  )
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function seededRandom(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

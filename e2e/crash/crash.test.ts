/**
 * kill -9 at random moments while many agents post and windows are sealed: what was acknowledged is kept, and what was
 * sent again because nobody answered is counted once. WICK_CRASH_KILLS makes it longer; WICK_CRASH_SEED repeats the moments of another run,
 * as far as an operating system lets them be repeated.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type CallNode, callPathSums } from '../support/call-paths.ts'
import { type Caller, startCaller } from '../support/caller.ts'
import { runWick, startWick, temporaryDirectory, type Wick } from '../support/wick.ts'

const kills = Number(process.env.WICK_CRASH_KILLS ?? 50)
const seed = Number(process.env.WICK_CRASH_SEED ?? randomInt(2 ** 31))

const agents = 12
const groups = ['shop', 'mail', 'search']
/** A process is up that long, at most, before it is killed; one in ten lives long enough to finish a sealing. */
const longestLife = 300
const longLife = 3000
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
    Array.from({ length: agents }, (_, i) => postUntil(isOver, server, posts, seededRandom(seed + i + 1))),
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
  await assertExact(await server.caller, posts)
  assert.equal(await seal(server), true)
  await assertExact(await server.caller, posts)
  assert.equal(await server.stop(), 0)
  await server.start()
  await assertExact(await server.caller, posts)
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
        wick = await startWick({ directory, flags: ['--insecure-http'] })
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
    await wait(random() < 0.1 ? longLife : random() * longestLife)
    await server.kill()
  }
}

async function killWhileStarting(directory: string, afterMilliseconds: number): Promise<void> {
  const child = runWick(['serve', '--data', directory, '--listen', '127.0.0.1:0', '--insecure-http'])
  const ended = once(child, 'exit')
  await wait(afterMilliseconds)
  child.kill('SIGKILL')
  await ended
}

/** Every post, numbered; its frame and its count are its own, so that each can be found again. */
class Ledger {
  readonly groupOf: string[] = []
  acknowledged = 0
  /** Posts sent again because there was no answer, or none that acknowledged. */
  retries = 0
  /** Posts sent again although they were acknowledged. */
  repetitions = 0
  /** Those that were said to be done. */
  sealings = 0

  /** @param age how long ago it ended, milliseconds */
  begin(group: string, age: number): { readonly token: string; readonly body: string } {
    const number = this.groupOf.push(group) - 1
    const end = Date.now() - Math.floor(age)
    const callgraph = { children: { main: { counts: { RUNNABLE: 1 }, children: frameOf(number) } } }
    return { token: `post-${number}`, body: JSON.stringify({ start: end - 1000, end, callgraph }) }
  }

  /** What a group must hold once all its posts are acknowledged. */
  expected(group: string): CallNode {
    const numbers = [...this.groupOf.keys()].filter((number) => this.groupOf[number] === group)
    const children = Object.assign({}, ...numbers.map(frameOf))
    return { children: { main: { counts: { RUNNABLE: numbers.length }, children } } }
  }
}

function frameOf(number: number): Readonly<Record<string, CallNode>> {
  return { [`post ${number}`]: { counts: { RUNNABLE: 1 + (number % 997) } } }
}

/** An agent: posts one profile after the other, each until it is acknowledged. */
async function postUntil(
  isOver: () => boolean,
  server: Supervised,
  posts: Ledger,
  random: () => number,
): Promise<void> {
  while (!isOver()) {
    const group = groups[Math.floor(random() * groups.length)]!
    // Half of now, half late by up to hours: of windows that were sealed before, and hours rolled up.
    const { token, body } = posts.begin(group, random() < 0.5 ? 0 : random() * 4 * 3_600_000)
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
  const wick = await startWick({ directory, flags: ['--insecure-http'] })
  const caller = await startCaller(wick)
  for (const group of groups) await caller.createGroup(group)
  assert.equal(await wick.stop(), 0)
}

async function assertExact(caller: Caller, posts: Ledger): Promise<void> {
  assert.equal(posts.acknowledged, posts.groupOf.length)
  for (const group of groups) {
    const held = await caller.profile(group)
    const expected = { start: 0, end: 0, callgraph: posts.expected(group) }
    assert.deepEqual(callPathSums(held!), callPathSums(expected), group)
  }
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

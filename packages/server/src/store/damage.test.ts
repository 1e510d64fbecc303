/**
 * Files that are not what was written, wherever and however: what they cost is reported and no more than what was in them,
 * and every answer is that of the profiles that are left.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Answers, askEverything, type Question } from './testing/ask-everything.ts'
import { fillKnownDirectory, type KnownPost, knownNow, knownPosts } from './testing/known-directory.ts'
import { naiveAnswers, type PostedProfile } from './testing/naive-store.ts'
import {
  group,
  type OpenStore,
  otherGroup,
  type StoreBench,
  send,
  storeBench,
} from './testing/store-bench.ts'

const window = 300_000
const hour = 3_600_000
const day = 24 * hour

/** Each from a host of its own, so that it can be told apart in every answer. */
const posts = knownPosts.map((post) => ({
  ...post,
  profile: {
    ...post.profile,
    agentMetadata: { ...post.profile.agentMetadata, fleetInfo: { hostName: post.token, hostType: 'large' } },
  },
}))

/** Windows, hours and a day of two groups, sealed; late and latest profiles in segments. */
async function filledBench(): Promise<StoreBench> {
  const bench = storeBench()
  bench.now = posts[0]!.receivedAt
  const open = await bench.open()
  const clock = {
    get now() {
      return bench.now
    },
    set now(at) {
      bench.now = at
    },
  }
  const post = ({ groupId, token, receivedAt, profile }: KnownPost) =>
    send(open, receivedAt, { groupId, token, body: Buffer.from(JSON.stringify(profile)) })
  await fillKnownDirectory({ store: open.store, clock, post }, posts)
  await open.store.close()
  return bench
}

const windowOf = ({ end }: PostedProfile): number => Math.ceil(end / window) * window - window

/** Which posts a file holds: all that its damage may cost. */
async function heldBy(bench: StoreBench, file: string): Promise<readonly KnownPost[]> {
  const segments = bench.disk.files.filter((name) => name.endsWith('.wickseg'))
  if (segments.includes(file)) {
    // The late one has a segment of its own, the older one.
    return file === segments[0] ? posts.slice(8, 9) : posts.slice(9)
  }
  const sealed = posts.slice(0, 8)
  const key = file.replace('blocks/', '')
  for (const { id } of [group, otherGroup]) {
    const ofGroup = sealed.filter(({ groupId }) => groupId === id)
    for (const block of await bench.manifest.blocks({ groupId: id, from: 0, to: knownNow * 2 })) {
      if (block.key !== key) continue
      // What a roll-up is the sum of is there.
      return block.level === 'PT5M' ? ofGroup.filter(({ profile }) => windowOf(profile) === block.start) : []
    }
    for (const start of [midnight - day, midnight])
      for (const part of await bench.manifest.dictionaryParts(id, start))
        if (part.key === key)
          return ofGroup.filter(({ profile }) => Math.floor((profile.end - 1) / day) * day === start)
  }
  return []
}

const midnight = Math.floor(knownNow / day) * day
const metrics = posts.map((_, i) => ({ frame: `own ${String.fromCharCode(97 + i)}`, counters: null }))
const all = { instances: [], hostTypes: ['large'], agents: [], labels: {}, counters: [] }
const times = [
  { from: midnight - day, to: midnight + day, step: window },
  { from: midnight - day, to: midnight, step: day },
  { from: midnight - 12 * hour, to: midnight + 2 * hour, step: hour, filter: all },
].map((time): Omit<Question, 'groupId'> => ({ ...time, metrics, text: 'own' }))

/** Those of the posts that an answer tells of, whatever it is. */
function toldIn(
  answer: object | null,
  some: readonly KnownPost[],
  isIn: (text: string, i: number) => boolean,
) {
  const text = JSON.stringify(answer)
  return some.filter((post) => isIn(text, posts.indexOf(post as (typeof posts)[number])))
}

/** By kind of answer: whether it tells of the post with that number. */
const tells: Readonly<Record<Exclude<keyof Answers, 'windows'>, (text: string, i: number) => boolean>> = {
  profile: (text, i) => text.includes(`own ${String.fromCharCode(97 + i)}`),
  tree: (text, i) => text.includes(`own ${String.fromCharCode(97 + i)}`),
  search: (text, i) => text.includes(`own ${String.fromCharCode(97 + i)}`),
  series: (text, i) =>
    Object.values(JSON.parse(text) as Record<string, number[][]>).some((step) => step[i]![1]! > 0),
  fleet: (text, i) => text.includes(`"token-${i}"`),
  heap: (text, i) => text.includes(`"Own${i}"`),
}

/** The windows are told by what is known beside the files. */
function comparable(kind: string, answers: Answers): unknown {
  const answer = answers[kind as keyof Answers] as Record<string, unknown> | null
  if (kind === 'profile') return answer?.sums ?? {}
  if (kind === 'tree') return [answer?.totals ?? {}, answer?.places ?? {}]
  if (kind === 'search') return { samples: 0, matched: 0, frames: 0, hits: [], ...answer, start: 0, end: 0 }
  return answer
}

/** @returns the posts that any answer lacks; fails where an answer is not that of the others */
async function lostIn(open: OpenStore): Promise<Set<KnownPost>> {
  const lost = new Set<KnownPost>()
  for (const { id: groupId } of [group, otherGroup])
    for (const time of times) {
      const question = { groupId, ...time }
      const inTime = posts.filter(
        ({ groupId: of, profile }) =>
          of === groupId && windowOf(profile) >= time.from && windowOf(profile) < time.to,
      )
      const answers = await askEverything(open.store, question)
      for (const [kind, isIn] of Object.entries(tells)) {
        const left = toldIn(answers[kind as keyof Answers] as object | null, inTime, isIn)
        const expected = naiveAnswers(
          left.map(({ profile }) => profile),
          question,
        )
        assert.deepEqual(comparable(kind, answers), comparable(kind, expected), kind)
        for (const post of inTime) if (!left.includes(post)) lost.add(post)
      }
    }
  return lost
}

type Change = (bytes: Uint8Array, other: Uint8Array) => Uint8Array

/** A change of a file's bytes; `other` are those of another file. */
const change: fc.Arbitrary<{ readonly what: string; readonly of: Change }> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(), fc.nat(7)).map(([at, bit]) => ({
      what: `bit ${bit} of byte ${at}`,
      of: (bytes: Uint8Array) => bytes.map((byte, i) => (i === at % bytes.length ? byte ^ (1 << bit) : byte)),
    })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 64 })).map(([at, noise]) => ({
      what: `${noise.length} other bytes at ${at}`,
      of: (bytes: Uint8Array) => {
        const changed = Uint8Array.from(bytes)
        changed.set(noise.subarray(0, bytes.length - (at % bytes.length)), at % bytes.length)
        return changed
      },
    })),
  },
  {
    weight: 2,
    arbitrary: fc.nat().map((length) => ({
      what: `cut to ${length}`,
      of: (bytes: Uint8Array) => bytes.slice(0, length % bytes.length),
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ minLength: 1, maxLength: 200 })
      .map((tail) => ({ what: 'more behind', of: (bytes: Uint8Array) => Buffer.concat([bytes, tail]) })),
  },
  {
    weight: 3,
    arbitrary: fc.constant({ what: 'another file', of: (_: Uint8Array, other: Uint8Array) => other }),
  },
  { weight: 1, arbitrary: fc.constant({ what: 'nothing', of: () => new Uint8Array(0) }) },
)

const bench = await filledBench()
const files = bench.disk.files

test('the directory has files of every kind, and all is told before anything is damaged', async () => {
  const kinds = new Map([
    ['segments/', 2],
    ['/PT1H-', 4],
    ['/P1D-', 2],
    ['tokens/', 3],
  ])
  for (const [kind, number] of kinds)
    assert.ok(files.filter((file) => file.includes(kind)).length >= number, kind)
  const open = await bench.copy().open()
  assert.deepEqual(await lostIn(open), new Set())
  assert.deepEqual(open.damage, [])
})

test('whatever becomes of a file, what it costs is reported, is no more than it held, and no number is wrong', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.constantFrom(...files),
      change,
      async (file, otherFile, { of }) => {
        const copy = bench.copy()
        const before = copy.disk.contents(file)
        const after = of(before, copy.disk.contents(otherFile))
        // An empty segment may be one whose creation was cut off: nothing was acknowledged then.
        fc.pre(!Buffer.from(before).equals(after) && !(file.endsWith('.wickseg') && after.length === 0))
        copy.disk.replace(file, after)
        const open = await copy.open()
        const lost = await lostIn(open)
        const held = await heldBy(copy, file)
        for (const post of lost) assert.ok(held.includes(post), `${post.token} is not in ${file}`)
        if (lost.size > 0 || file.startsWith('segments/') || file.includes('tokens/'))
          assert.equal(open.damage.length > 0, true, 'reported')
        const places = open.damage.map((damage) => `${damage.file} ${damage.offset}`)
        assert.equal(new Set(places).size, places.length, 'once')
        for (const damage of open.damage) assert.ok(file.includes(damage.file), `${damage.file} is told of`)
      },
    ),
    { numRuns: 100 },
  )
})

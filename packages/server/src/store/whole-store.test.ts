/**
 * The whole store against a plain list of posted profiles: whatever is posted, late, twice or while it is sealed, whatever
 * fails and whenever the power goes, every kind of answer is exactly that of the list.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfileFilter } from '@wick/wire'
import fc from 'fast-check'
import { type FailureKind, type Fate, PowerCut } from '../storage/files/simulated-files.ts'
import { wholeRange } from '../storage/kept-since.ts'
import { levelMilliseconds } from '../storage/manifest.ts'
import { type PostOutcome, UnfilterableTime } from '../storage/ports.ts'
import { type Answers, askEverything, type Question } from './testing/ask-everything.ts'
import { naiveAnswers, type PostedNode, type PostedProfile } from './testing/naive-store.ts'
import {
  group,
  minute,
  noon,
  type OpenStore,
  otherGroup,
  type StoreBench,
  send,
  storeBench,
} from './testing/store-bench.ts'

const window = 5 * minute
const hour = 60 * minute
const day = 24 * hour

const names = ['main', 'run', 'Runner', '__proto__', '', '\ud800']
const counters = ['RUNNABLE', 'WAITING', 'toString']

/** Names are few, so that paths meet and recur. What a frame says of its file is always the same, its lines are not. */
function node(children: Readonly<Record<string, PostedNode>>): fc.Arbitrary<PostedNode> {
  const counts = fc
    .uniqueArray(
      fc.tuple(fc.constantFrom(...counters), fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(2 ** 24))),
      {
        minLength: Object.keys(children).length === 0 ? 1 : 0,
        maxLength: 2,
        selector: ([counter]) => counter,
      },
    )
    .map((entries) => Object.fromEntries(entries))
  return fc
    .record({ counts, line: fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 2 }) })
    .map((own) => ({
      ...own,
      children,
    }))
}

function tree(depth: number): fc.Arbitrary<PostedNode> {
  if (depth === 0) return node({})
  return fc
    .uniqueArray(fc.tuple(fc.constantFrom(...names), fc.nat(depth - 1).chain(tree)), {
      maxLength: 3,
      selector: ([name]) => name,
    })
    .chain((children) =>
      node(
        Object.fromEntries(children.map(([name, child]) => [name, { ...child, file: `${name.length}.py` }])),
      ),
    )
}

const metadata: fc.Arbitrary<PostedProfile['agentMetadata']> = fc.option(
  fc.record({ host: fc.nat(3), version: fc.nat(2) }).map(({ host, version }) => ({
    durationInMs: 1000 * host,
    fleetInfo: { hostName: `host-${host}`, hostType: host % 2 === 0 ? 'large' : 'small' },
    agentInfo: { type: 'agent', version: `1.${version}` },
    agentOverhead: { timeInMs: 10 * version, memoryInMB: host },
    runtimeVersion: `r${version}`,
    labels: { zone: `${host % 3}`, ['__proto__']: `${version}` },
  })),
  { nil: undefined },
)

const heapSummary: fc.Arbitrary<PostedProfile['heapSummary']> = fc.option(
  fc
    .uniqueArray(fc.tuple(fc.constantFrom('byte[]', 'a.B', '__proto__'), fc.nat(99)), {
      selector: ([name]) => name,
    })
    .map((types) => ({
      time: noon,
      capacityBytes: 2 ** 40,
      usedBytes: types.length,
      types: types.map(([name, count]) => ({ name, bytes: 8 * count, count })),
    })),
  { nil: undefined, freq: 3 },
)

const some = (...values: string[]): fc.Arbitrary<string[]> => fc.subarray(values, { maxLength: 2 })
const filter: fc.Arbitrary<ProfileFilter> = fc.record({
  instances: some('host-0', 'host-1', 'host-2', 'nobody', ''),
  hostTypes: some('large', 'small'),
  agents: some('agent', 'agent 1.1', 'other'),
  labels: fc.constantFrom<Record<string, string>>({}, { zone: '0' }, { zone: '1', ['__proto__']: '1' }),
  counters: some(...counters),
})

const metrics: Question['metrics'] = [...names, 'never'].flatMap((frame) => [
  { frame, counters: null },
  { frame, counters: ['RUNNABLE', 'never'] },
])

/** A question; its time in windows, back from now. */
const question = fc.record({
  isOfOther: fc.boolean(),
  back: fc.nat(40 * 12),
  length: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 600 })),
  step: fc.constantFrom(window, 3 * window, hour, day),
  filter: fc.option(filter, { nil: undefined }),
  text: fc.constantFrom('run', 'MAIN', '', 'proto', 'nothing'),
})

/** Ages are mostly small, so that windows have several profiles and hours several windows. */
const age = fc.oneof(fc.nat(12 * minute), fc.nat(2 * hour), fc.nat(23 * hour))
const posting = fc.record({
  age,
  length: fc.nat(10 * minute),
  metadata,
  heapSummary,
  callgraph: tree(3).map(({ line: _, ...root }) => root),
  isToOther: fc.boolean(),
})

const step = fc.oneof(
  { weight: 16, arbitrary: fc.record({ kind: fc.constant('post' as const), posting }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('repeat' as const), which: fc.nat() }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      minutes: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 300, max: 1800 })),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('seal' as const, 'maintain' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('restart' as const),
      /** After how many operations from then on the power goes. */
      cutAfter: fc.option(fc.nat(25), { nil: Number.POSITIVE_INFINITY }),
      fate: fc.constantFrom<Fate>('keep', 'drop', 'scramble'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fail' as const),
      operation: fc.integer({ min: 1, max: 20 }),
      failure: fc.constantFrom<FailureKind>('ENOSPC', 'EIO', 'short-write'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('meanwhile' as const),
      posts: fc.array(posting, { minLength: 1, maxLength: 4 }),
      question,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'jump' as const) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('ask' as const), question }) },
)
type ValueOf<A> = A extends fc.Arbitrary<infer T> ? T : never
type Step = ValueOf<typeof step>
type Posting = ValueOf<typeof posting>
type Asked = ValueOf<typeof question>

interface Posted {
  readonly groupId: string
  readonly token: string
  readonly profile: PostedProfile
  readonly receivedAt: number
}

/** So that things go for their age within a test. */
const retention = { fiveMinuteDays: 1, hourlyDays: 2, dailyDays: 4 }

/** Numbers from 0 to 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** A store whose disk fails now and then, and the list it must be like. */
class Run {
  readonly #bench: StoreBench
  #open: OpenStore
  #cutAfter = Number.POSITIVE_INFINITY
  /** What the next power cut does to what is not synced. */
  #fate: Fate = 'keep'
  /** Whether what is asked of the store may fail. */
  #isFailing = false
  #posts: Posted[] = []
  #tokens = 0
  #isOtherThere = true

  private constructor(bench: StoreBench, open: OpenStore) {
    this.#bench = bench
    this.#open = open
  }

  static async begin(): Promise<Run> {
    const bench = storeBench()
    return new Run(bench, await bench.open({ retention }))
  }

  async take(one: Step): Promise<void> {
    switch (one.kind) {
      case 'post':
        return this.#post(one.posting, one.posting.isToOther)
      case 'repeat':
        return this.#repeat(one.which)
      case 'wait':
        this.#bench.now += one.minutes * minute
        return
      case 'seal':
      case 'maintain':
        return this.#unlessFailing(() => this.#open.store[one.kind]())
      case 'restart':
        return this.#restart(one.cutAfter, one.fate)
      case 'fail':
        this.#isFailing = true
        this.#open.files.fail(new Map([[one.operation, one.failure]]))
        return
      case 'meanwhile':
        return this.#meanwhile(one.posts, one.question)
      case 'delete':
        return this.#delete()
      case 'jump':
        return this.#jump()
      case 'ask':
        return this.#ask(one.question, one.question.isOfOther)
    }
  }

  /** As an agent does: sent until it is acknowledged. */
  async #post(
    { age, length, metadata: agentMetadata, heapSummary: heap, callgraph }: Posting,
    isToOther: boolean,
  ): Promise<void> {
    const end = this.#bench.now - age
    const profile: PostedProfile = {
      ...{ start: end - length, end, callgraph },
      ...(agentMetadata !== undefined && { agentMetadata }),
      ...(heap !== undefined && { heapSummary: heap }),
    }
    const groupId = isToOther ? otherGroup.id : group.id
    const posted = { groupId, token: `post-${this.#tokens++}`, profile, receivedAt: this.#bench.now }
    for (let attempt = 0; ; attempt++) {
      const { kind } = await this.#send(posted)
      if (kind === 'unknown-group' && isToOther && !this.#isOtherThere) return
      if (kind === 'stored' || (kind === 'repeated' && attempt > 0)) break
      assert.equal(kind, 'unavailable')
      assert.ok(this.#isFailing && attempt < 5)
      await this.#recover()
    }
    this.#posts.push(posted)
  }

  #send({ groupId, token, profile }: Posted): Promise<PostOutcome> {
    return send(this.#open, this.#bench.now, { body: Buffer.from(JSON.stringify(profile)), token, groupId })
  }

  async #repeat(which: number): Promise<void> {
    const posted = this.#posts[which % (this.#posts.length || 1)]
    if (posted === undefined) return
    const isOld = this.#bench.now - posted.receivedAt >= day
    const { kind } = await this.#send(posted)
    assert.ok(kind === 'repeated' || (isOld && kind === 'refused'), kind)
    const other = { ...posted, profile: { ...posted.profile, start: posted.profile.start - 1 } }
    assert.equal((await this.#send(other)).kind, 'refused', 'the token of another profile')
  }

  async #unlessFailing(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!this.#isFailing) throw error
    }
    await this.#recover()
  }

  /** Starts anew where the store cannot go on. */
  async #recover(): Promise<void> {
    const isPowerOut = this.#open.files.operations >= this.#cutAfter
    if (isPowerOut || this.#open.fatal.length > 0) await this.#start()
  }

  async #restart(cutAfter: number, fate: Fate): Promise<void> {
    await this.#unlessFailing(() => this.#open.store.close())
    this.#fate = fate
    await this.#start(cutAfter)
  }

  /** @param cutAfter the operation after which the power goes: maybe in the middle of the start, which is done once more then */
  async #start(cutAfter = Number.POSITIVE_INFINITY): Promise<void> {
    await this.#open.store.close().catch(() => {})
    this.#bench.disk.cutPower(this.#fate, seeded(this.#tokens))
    try {
      this.#open = await this.#bench.open({ cutAfter, retention })
      this.#cutAfter = cutAfter
      this.#isFailing = Number.isFinite(cutAfter)
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error
      await this.#start()
    }
  }

  /** Sealing, posts to one group, and a question about the other: none gets into another's way. */
  async #meanwhile(posts: readonly Posting[], asked: Asked): Promise<void> {
    // A restart would take the store away from the others.
    if (this.#isFailing) return
    const work = [
      this.#open.store.seal(),
      ...posts.map((one) => this.#post(one, true)),
      this.#ask(asked, false),
    ]
    await Promise.all(work)
  }

  async #delete(): Promise<void> {
    if (!this.#isOtherThere) return
    this.#isOtherThere = false
    this.#posts = this.#posts.filter(({ groupId }) => groupId !== otherGroup.id)
    await this.#bench.deleteGroup(otherGroup.id)
    await this.#unlessFailing(() => this.#open.store.removeGroup(otherGroup.id))
  }

  /** The clock, there and back: that costs nothing. */
  async #jump(): Promise<void> {
    const right = this.#bench.now
    this.#bench.now += 400 * day
    await this.#unlessFailing(() => this.#open.store.maintain())
    this.#bench.now = right
  }

  async #ask(
    { back, length, step: stepLength, filter: wanted, text }: Asked,
    isOfOther: boolean,
  ): Promise<void> {
    const from = Math.floor((this.#bench.now - back * window) / stepLength) * stepLength
    const to = from + Math.ceil((length * window) / stepLength) * stepLength
    await this.#check({
      groupId: isOfOther ? otherGroup.id : group.id,
      ...{ from, to, step: stepLength, metrics, text },
      ...(wanted !== undefined && { filter: wanted }),
    })
  }

  /** Asked about what is kept of it: where windows are gone in hours, where those are gone in days. */
  async #check(asked: Question): Promise<void> {
    const { groupId, filter: wanted } = asked
    const kept = await this.#bench.manifest.keptSince(groupId)
    const { from, to, level } = wholeRange(
      Math.max(asked.from, kept.days),
      Math.max(asked.to, kept.days),
      kept,
    )
    if (from === to) return
    const question = { ...asked, from, to, step: Math.max(asked.step, levelMilliseconds[level]) }
    const profiles = this.#posts.filter((post) => post.groupId === groupId).map(({ profile }) => profile)
    const expected = naiveAnswers(profiles, question)
    if (level === 'PT5M') {
      assert.deepEqual(await askEverything(this.#open.store, question), expected)
      return
    }
    try {
      const answers = await askEverything(this.#open.store, question)
      assert.deepEqual(withoutWindows(answers), withoutWindows(expected))
    } catch (error) {
      const isFiltered =
        wanted !== undefined &&
        wanted.instances.length +
          wanted.hostTypes.length +
          wanted.agents.length +
          Object.keys(wanted.labels).length >
          0
      if (!(error instanceof UnfilterableTime && isFiltered)) throw error
    }
  }

  /** All there is, in windows, hours and days. */
  async end(): Promise<void> {
    const from = Math.floor(noon / day - 2) * day
    const to = from + Math.ceil((this.#bench.now + day - from) / day) * day
    for (const { id: groupId } of [group, otherGroup])
      for (const stepLength of [window, hour, day])
        await this.#check({ groupId, from, to, step: stepLength, metrics, text: 'r' })
    for (const { lost } of this.#open.damage)
      assert.match(lost, /no whole record/, 'no more than power cuts leave')
  }
}

/** Where windows are gone, their starts and ends are not told any more. */
function withoutWindows(answers: Answers): object {
  const without = (answer: object | null): object | null => answer && { ...answer, start: null, end: null }
  const { profile, tree: nodes, search, ...others } = answers
  return {
    ...others,
    windows: null,
    profile: without(profile),
    tree: without(nodes),
    search: without(search),
  }
}

test('whatever is posted, sealed, repeated, cut off or failing, every answer is that of the list of what was acknowledged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
      const run = await Run.begin()
      for (const one of steps) await run.take(one)
      await run.end()
    }),
    { numRuns: Number(process.env.WICK_WHOLE_STORE_RUNS ?? 100) },
  )
})

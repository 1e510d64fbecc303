import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { defaultLimits, encodeIon, ProfileDecoder } from '@wick/profile'
import { naiveFromTree } from '@wick/profile/testing'
import type { ApiError } from '@wick/wire'
import fc from 'fast-check'
import { minute, noon, type Sums, sumsOf } from '../store/testing/store-bench.ts'
import { getProfile } from './get-profile.ts'
import {
  createGroup,
  postProfile,
  rangeInput,
  type TestServices,
  testServices,
} from './testing/test-services.ts'

/**
 * The promise that everything else serves: whatever was posted, in whatever order, form and number of attempts, and
 * however often the server was started in between, an answer is the sum of the acknowledged profiles of its windows,
 * each counted once. The reference below is a list of bodies, added up with JSON.parse and Maps.
 */

const window = 5 * minute
const groups = ['orders', 'billing'] as const

interface JsonNode {
  readonly counts: Readonly<Record<string, number>>
  readonly children: Readonly<Record<string, JsonNode>>
}

/** Names repeat at every depth. Lone surrogates are left out: Ion cannot hold them. */
const frames = [
  'main',
  'run',
  'parse',
  '__proto__',
  'constructor',
  '',
  'x\0y',
  '\u0001\n\t"\\',
  '😀',
  'é',
  '\u2028',
]
const counters = ['RUNNABLE', 'BLOCKED', 'WALL_TIME', '__proto__', 'toString']

function record<T>(keys: readonly string[], value: fc.Arbitrary<T>, maxLength: number) {
  const entry = fc.tuple(fc.constantFrom(...keys), value)
  // fromEntries makes own properties of all names, `__proto__` included.
  return fc
    .uniqueArray(entry, { maxLength, selector: ([key]) => key })
    .map((entries): Readonly<Record<string, T>> => Object.fromEntries(entries))
}

const count = fc.oneof(fc.nat(5), fc.constantFrom(127, 128, 16_384, 2 ** 24 + 1))
const { tree } = fc.letrec<{ tree: JsonNode }>((tie) => ({
  tree: fc.record(
    {
      counts: record(counters, count, 2),
      children: fc.oneof(
        { maxDepth: 5, depthIdentifier: 'tree' },
        fc.constant({}),
        record(frames, tie('tree'), 3),
      ),
    },
    { noNullPrototype: true },
  ),
}))

type Form = 'json' | 'ion' | 'gzip' | 'unannounced gzip'

interface Post {
  readonly kind: 'post'
  readonly group: (typeof groups)[number]
  readonly tree: JsonNode
  /** How long ago it ended. */
  readonly age: number
  readonly token: string | null
  readonly form: Form
}

type Step =
  | Post
  | { readonly kind: 'again'; readonly post: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'wait'; readonly minutes: number }

const post: fc.Arbitrary<Post> = fc.record({
  kind: fc.constant('post'),
  group: fc.constantFrom(...groups),
  tree,
  age: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -2 * minute, max: 20 * minute }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 5 }).map((windows) => windows * window - 4 * minute) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 23 * 60 * minute }) },
  ),
  token: fc.option(fc.constantFrom('a', 'b', 'c', 'd')),
  form: fc.constantFrom<Form>('json', 'ion', 'gzip', 'unannounced gzip'),
})

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: post },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('again'), post: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait'), minutes: fc.integer({ min: 1, max: 9 }) }) },
)

interface Sent {
  readonly group: string
  readonly token: string | null
  readonly end: number
  /** Before it was packed. */
  readonly json: Uint8Array
  readonly plain: Uint8Array
  readonly body: Uint8Array
  readonly form: Form
}

function packed({ group, tree: callgraph, age, token, form }: Post, now: number): Sent {
  const end = now - age
  const json = Buffer.from(JSON.stringify({ start: end - window, end, callgraph }))
  const plain = form === 'ion' ? encodeIon(decoder.decode(Uint8Array.from(json))) : json
  const body = form === 'json' || form === 'ion' ? plain : gzipSync(plain)
  return { group, token, end, json, plain, body, form }
}

/** What the server must have counted: the reference. */
class Reference {
  readonly counted: Sent[] = []
  readonly #tokens = new Map<string, Uint8Array>()

  /** @returns the error's name where the post must be refused, else null */
  accept(sent: Sent): string | null {
    const key = `${sent.group} ${sent.token}`
    const known = sent.token === null ? undefined : this.#tokens.get(key)
    if (known !== undefined) return Buffer.compare(known, sent.plain) === 0 ? null : 'ValidationException'
    if (sent.token !== null) this.#tokens.set(key, sent.plain)
    this.counted.push(sent)
    return null
  }

  /** The windows that the API would add up, by their profiles' ends. */
  sums(group: string, from: number, to: number, maxDepth: number | null): Sums {
    const inRange = this.counted.filter((sent) => {
      const start = Math.ceil(sent.end / window) * window - window
      return sent.group === group && start + window > from && start < to
    })
    return folded(sumsOf(inRange.map(({ json }) => json)), maxDepth)
  }
}

/** Moves the samples of deeper call paths to their first `maxDepth` frames. */
function folded(sums: Sums, maxDepth: number | null): Sums {
  const folded: Sums = new Map()
  for (const [key, samples] of sums) {
    const { path, counter } = split(key)
    const cut = `${JSON.stringify(maxDepth === null ? path : path.slice(0, maxDepth))} ${counter}`
    folded.set(cut, (folded.get(cut) ?? 0) + samples)
  }
  return new Map([...folded].sort())
}

/** Counters here hold no bracket. */
function split(key: string): { path: string[]; counter: string } {
  const end = key.lastIndexOf(']') + 1
  return { path: JSON.parse(key.slice(0, end)), counter: key.slice(end + 1) }
}

async function answered(
  services: TestServices,
  group: string,
  [from, to]: readonly [number, number],
  maxDepth: number | null,
  encoding: 'json' | 'ion',
): Promise<Sums> {
  const input = rangeInput(from, to, { profilingGroupName: group, maxDepth, encoding })
  try {
    const { body } = await getProfile(services.context(), input)
    return encoding === 'json' ? sumsOf([body]) : sumsOfIon(body)
  } catch (error) {
    assert.equal((error as ApiError).code, 'ResourceNotFoundException')
    return new Map()
  }
}

/** What is posted is bounded in its sum; what is answered is not. */
const decoder = new ProfileDecoder({ ...defaultLimits, maxSamples: Number.MAX_SAFE_INTEGER })

function sumsOfIon(body: Uint8Array): Sums {
  const nodes = naiveFromTree(decoder.decode(body).tree)
  const entries = [...nodes].flatMap(([path, { counts }]) =>
    [...counts].map(([counter, samples]) => [`${path} ${counter}`, samples] as const),
  )
  return new Map(entries.sort())
}

const scenario = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
  /** Small ones are full after a few profiles. */
  maxSegmentBytes: fc.constantFrom(400, 1500, 1_000_000),
  /** As minutes before and after the last instant. */
  range: fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: -20, max: 10 })),
  maxDepth: fc.integer({ min: 1, max: 6 }),
})

test('whatever was posted, an answer is the exact sum of its windows by call path and counter', async () => {
  let restarts = 0
  let repeats = 0
  let refusals = 0
  await fc.assert(
    fc.asyncProperty(scenario, async ({ steps, maxSegmentBytes, range: [before, after], maxDepth }) => {
      const services = await testServices({ maxSegmentBytes })
      for (const group of groups) await createGroup(services, { profilingGroupName: group })
      const reference = new Reference()
      const history: Sent[] = []

      const send = async (sent: Sent): Promise<void> => {
        history.push(sent)
        const expected = reference.accept(sent)
        const outcome = await postProfile(services, sent.body, {
          name: sent.group,
          token: sent.token,
          contentEncoding: sent.form === 'gzip' ? 'gzip' : 'identity',
        }).then(
          () => null,
          (error: ApiError) => error.code,
        )
        assert.equal(outcome, expected)
        if (expected !== null) refusals++
      }
      for (const step of steps) {
        if (step.kind === 'wait') services.now += step.minutes * minute
        if (step.kind === 'post') await send(packed(step, services.now))
        if (step.kind === 'again' && history.length > 0) {
          repeats++
          const sent = history[step.post % history.length]!
          const isTooOld = sent.end < services.now - 23 * 60 * minute
          if (!isTooOld) await send(sent)
        }
        if (step.kind === 'restart') {
          restarts++
          await services.reopen()
        }
      }

      const ranges = [
        [services.now - before * minute - minute, services.now + after * minute],
        [services.now - 25 * 60 * minute, services.now + 15 * minute],
        [noon - window, noon],
      ] as const
      for (const [from, to] of ranges) {
        if (from >= to) continue
        for (const group of groups) {
          for (const depth of [null, maxDepth]) {
            for (const encoding of ['json', 'ion'] as const) {
              assert.deepEqual(
                await answered(services, group, [from, to], depth, encoding),
                reference.sums(group, from, to, depth),
                `${group} as ${encoding} to depth ${depth}`,
              )
            }
          }
        }
      }
      assert.equal(services.budget.held, 0)
      assert.deepEqual(services.damage, [])
      await services.close()
    }),
    { numRuns: 150 },
  )
  assert.ok(restarts > 20 && repeats > 20 && refusals > 20, `${restarts}, ${repeats}, ${refusals}`)
})

test('the sum of the largest counts is exact', async () => {
  const services = await testServices()
  await createGroup(services)
  const most = 2 ** 32
  const bytes = Buffer.from(
    JSON.stringify({ start: noon, end: noon + 1, callgraph: { children: { f: { counts: { A: most } } } } }),
  )
  for (let i = 0; i < 50; i++) await postProfile(services, bytes)
  for (let i = 0; i < 3; i++)
    await postProfile(services, Buffer.from(bytes.toString().replace(String(most), String(i + 1))))
  assert.deepEqual(
    await answered(services, 'orders', [noon, noon + 1], null, 'json'),
    new Map([['["f"] A', 50 * most + 6]]),
  )
  await services.close()
})

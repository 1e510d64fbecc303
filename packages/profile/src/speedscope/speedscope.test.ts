import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { defaultLimits } from '../limits.ts'
import { ProfileError } from '../profile-error.ts'
import { arbitraryTree } from '../testing/arbitrary-profile.ts'
import { type NaiveProfile, naiveFromTree } from '../testing/naive.ts'
import { saidByStacks } from '../testing/said-by-stacks.ts'
import { showStacks, stacks } from '../text-stacks.ts'
import { decodeSpeedscope } from './decode-speedscope.ts'
import { encodeSpeedscope } from './encode-speedscope.ts'

const schema = JSON.parse(
  readFileSync(new URL('../../../../fixtures/speedscope/file-format-schema.json', import.meta.url), 'utf8'),
)
const isOfFormat = new Ajv().compile(schema)

interface SpeedscopeFile {
  name: string
  shared: { frames: { name: string; file?: string; line?: number }[] }
  profiles: { name: string; unit: string; endValue: number; samples: number[][]; weights: number[] }[]
}

const parse = (bytes: Uint8Array): SpeedscopeFile => JSON.parse(new TextDecoder().decode(bytes))
const read = (value: unknown) => decodeSpeedscope(new TextEncoder().encode(JSON.stringify(value)))

test('what is encoded is of speedscope’s own schema', () => {
  fc.assert(
    fc.property(arbitraryTree(), fc.string(), (tree, title) => {
      const file = parse(encodeSpeedscope(tree, title))
      assert.ok(isOfFormat(file), JSON.stringify(isOfFormat.errors))
      assert.equal(file.name, title)
    }),
  )
  assert.ok(!isOfFormat({ profiles: [] }))
})

test('a reader with JSON.parse finds the same profile', () => {
  fc.assert(
    fc.property(arbitraryTree(), (tree) => {
      const file = parse(encodeSpeedscope(tree, 'x'))
      assert.deepEqual(naiveFromFile(file), saidByStacks(tree, 0))
      for (const { endValue, weights } of file.profiles)
        assert.equal(
          endValue,
          weights.reduce((a, b) => a + b),
        )
    }),
  )
})

function naiveFromFile({ shared, profiles }: SpeedscopeFile): NaiveProfile {
  const found: NaiveProfile = new Map([['[]', { counts: new Map(), file: null, lines: null }]])
  for (const { name, samples, weights } of profiles) {
    for (const [k, sample] of samples.entries()) {
      const frames = sample.map((frame) => shared.frames[frame]!)
      for (const depth of [...frames.keys(), frames.length]) {
        const { file, line } = frames[depth - 1] ?? {}
        const path = JSON.stringify(frames.slice(0, depth).map((frame) => frame.name))
        if (!found.has(path)) {
          const lines: [number, number] | null = line === undefined ? null : [line, line]
          found.set(path, { counts: new Map(), file: file ?? null, lines })
        }
        if (depth === frames.length) found.get(path)!.counts.set(name, weights[k]!)
      }
    }
  }
  return found
}

test('what was encoded decodes to the same profile, lone surrogates included', () => {
  fc.assert(
    fc.property(arbitraryTree(), (tree) => {
      assert.deepEqual(naiveFromTree(decodeSpeedscope(encodeSpeedscope(tree, 'x'))), saidByStacks(tree, 0))
    }),
  )
})

const file = {
  profiles: [
    { weights: [1, 2, 3], samples: [[0], [0, 1], [0]], unit: 'none', name: 'WALL_TIME', type: 'sampled' },
  ],
  extra: { nested: [{}] },
  shared: {
    frames: [
      { name: 'main', file: null, line: null, col: 7 },
      { line: 3, name: 'parse' },
    ],
  },
}

test('fields may come in any order, unknown ones are passed over, equal stacks add up', () => {
  assert.equal(showStacks(read(file)), 'main 4 | main;parse 2')
})

test('what cannot be read says why', () => {
  const [profile] = file.profiles
  const refused: readonly (readonly [unknown, RegExp])[] = [
    [{ ...file, shared: undefined }, /field shared is required/],
    [{ ...file, profiles: [{ ...profile, type: 'evented' }] }, /type "sampled"/],
    [{ ...file, profiles: [{ ...profile, samples: [[2]] }] }, /not in the table/],
    [{ ...file, profiles: [{ ...profile, samples: [[-1]] }] }, /must not be negative/],
    [{ ...file, profiles: [{ ...profile, weights: [1, 2] }] }, /fewer weights/],
    [{ ...file, profiles: [{ ...profile, weights: [1, 2, 3, 4] }] }, /more weights/],
    [{ ...file, profiles: [{ ...profile, weights: [0.5, 2, 3] }] }, /weights must be a whole number/],
    [{ ...file, profiles: [{ ...profile, weights: ['1', 2, 3] }] }, /weights must be a number/],
    [{ ...file, profiles: {} }, /expected a list/],
    [[file], /expected a struct/],
  ]
  for (const [value, message] of refused) assert.throws(() => read(value), message)
})

test('a file that is cut at any byte is refused', () => {
  const whole = encodeSpeedscope(stacks('main;parse 3 | main;wait BLOCKED=2'), 'x')
  for (let length = 0; length < whole.length; length++)
    assert.throws(() => decodeSpeedscope(whole.subarray(0, length)), ProfileError, `cut at ${length}`)
})

test('every limit of a profile holds', () => {
  const limits = { ...defaultLimits, maxDepth: 3 }
  const deep = { ...file, profiles: [{ ...file.profiles[0], samples: [[0, 0, 0, 0]], weights: [1] }] }
  assert.throws(
    () => decodeSpeedscope(new TextEncoder().encode(JSON.stringify(deep)), limits),
    (error) => error instanceof ProfileError && error.reason === 'depth',
  )
  assert.throws(() => decodeSpeedscope(new TextEncoder().encode('['.repeat(1_000_000))), ProfileError)
})

test('a tree whose stacks are larger than allowed is refused', () => {
  assert.throws(
    () => encodeSpeedscope(stacks('main;parse;regex 3 | main;parse 1'), 'x', 9),
    (error) => error instanceof ProfileError && error.reason === 'size',
  )
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import {
  Line,
  Location,
  Function as PprofFunction,
  Profile,
  type ProfileInput,
  Sample,
  StringTable,
  ValueType,
} from 'pprof-format'
import type { CallTree } from '../call-tree.ts'
import { defaultLimits } from '../limits.ts'
import { mergeTrees } from '../merge.ts'
import { ProfileError } from '../profile-error.ts'
import { arbitraryTree } from '../testing/arbitrary-profile.ts'
import { type NaiveProfile, naiveFromTree } from '../testing/naive.ts'
import { saidByStacks } from '../testing/said-by-stacks.ts'
import { showStacks, stacks } from '../text-stacks.ts'
import { totals } from '../totals.ts'
import { decodePprof } from './decode-pprof.ts'
import { encodePprof } from './encode-pprof.ts'

/** Times that nanoseconds in 64 bits can say. */
const arbitraryTimes = fc
  .tuple(fc.integer({ min: 1, max: 9_000_000_000_000 }), fc.integer({ min: 1, max: 604_800_000 }))
  .map(([start, length]) => ({ start, end: start + length }))
const arbitrarySayable = fc.tuple(arbitraryTimes, arbitraryTree({ allowsLoneSurrogates: false }))

test('an independent reader finds the same profile, leaf first', () => {
  fc.assert(
    fc.property(arbitrarySayable, ([times, tree]) => {
      const profile = Profile.decode(encodePprof({ ...times, tree }))
      assert.deepEqual(naiveFromProfile(profile), sayable(tree))
      assert.equal(BigInt(profile.timeNanos), BigInt(times.start) * 1_000_000n)
      assert.equal(BigInt(profile.durationNanos), BigInt(times.end - times.start) * 1_000_000n)
      const { strings } = profile.stringTable
      assert.equal(strings[0], '')
      assert.ok(profile.sampleType.every(({ unit }) => strings[Number(unit)] === 'count'))
    }),
  )
})

function naiveFromProfile(profile: Profile): NaiveProfile {
  const { strings } = profile.stringTable
  const text = (index: number | bigint): string => strings[Number(index)]!
  const functions = new Map(profile.function.map((one) => [Number(one.id), one]))
  const locations = new Map(profile.location.map((one) => [Number(one.id), one]))
  const found: NaiveProfile = new Map([['[]', { counts: new Map(), file: null, lines: null }]])
  for (const { locationId, value } of profile.sample) {
    const stack = locationId.toReversed().map((id) => locations.get(Number(id))!.line[0]!)
    const names = stack.map(({ functionId }) => text(functions.get(Number(functionId))!.name))
    for (const depth of [...stack.keys(), stack.length]) {
      const path = JSON.stringify(names.slice(0, depth))
      const last = stack[depth - 1]
      if (last !== undefined && !found.has(path)) {
        const line = Number(last.line)
        const file = text(functions.get(Number(last.functionId))!.filename)
        found.set(path, {
          counts: new Map(),
          file: file === '' ? null : file,
          lines: line === 0 ? null : [line, line],
        })
      }
      if (depth < stack.length) continue
      for (const [i, count] of value.entries())
        if (Number(count) > 0) found.get(path)!.counts.set(text(profile.sampleType[i]!.type), Number(count))
    }
  }
  return found
}

/** In pprof an empty file name is an unknown one, and lines begin at 1. */
function sayable(tree: CallTree): NaiveProfile {
  const said = saidByStacks(tree, 1)
  for (const node of said.values()) if (node.file === '') node.file = null
  return said
}

test('what was encoded decodes to the same profile', () => {
  fc.assert(
    fc.property(arbitrarySayable, ([times, tree]) => {
      fc.pre(tree.counters.length > 0)
      const decoded = decodePprof(encodePprof({ ...times, tree }))
      assert.deepEqual(naiveFromTree(decoded.tree), sayable(tree))
      assert.deepEqual([decoded.start, decoded.durationMilliseconds], [times.start, times.end - times.start])
    }),
  )
})

test('lone surrogates become U+FFFD, and times beyond the format are left out', () => {
  const tree = decodePprof(encodePprof({ start: 8.64e15, end: 8.64e15, tree: stacks('a\uD800b 1') }))
  assert.deepEqual([tree.start, tree.durationMilliseconds, showStacks(tree.tree)], [null, null, 'a\uFFFDb 1'])
})

test('time on the processor is shown first, else time on the clock, else what there is', () => {
  const shown = (text: string): string => {
    const profile = Profile.decode(encodePprof({ start: 1, end: 2, tree: stacks(text) }))
    return profile.stringTable.strings[Number(profile.defaultSampleType)]!
  }
  assert.equal(shown('a BLOCKED=1 RUNNABLE=1 WALL_TIME=1'), 'RUNNABLE')
  assert.equal(shown('a BLOCKED=1 WALL_TIME=1'), 'WALL_TIME')
  assert.equal(shown('a BLOCKED=1'), 'BLOCKED')
})

/** A file as another tool writes it. */
function foreign(change: (profile: ProfileInput, strings: StringTable) => void): Uint8Array {
  const strings = new StringTable()
  const text = (value: string): number => strings.dedup(value)
  const profile: ProfileInput = {
    stringTable: strings,
    sampleType: [
      new ValueType({ type: text('samples'), unit: text('count') }),
      new ValueType({ type: text('cpu'), unit: text('nanoseconds') }),
    ],
    function: [
      new PprofFunction({ id: 7, name: text('main'), filename: text('main.go') }),
      new PprofFunction({ id: 8, name: text('inlined') }),
      new PprofFunction({ id: 9, systemName: text('_Zsystem') }),
    ],
    location: [
      new Location({ id: 2 ** 40, line: [new Line({ functionId: 7, line: 3 })] }),
      // The innermost function comes first.
      new Location({ id: 2, line: [new Line({ functionId: 9 }), new Line({ functionId: 8 })] }),
      new Location({ id: 3, address: 0xffff_ffff_8100_0000n }),
    ],
    sample: [
      new Sample({ locationId: [2, 2 ** 40], value: [5, 50_000_000] }),
      new Sample({ locationId: [3], value: [1, 10_000_000] }),
    ],
    timeNanos: 1_795_416_664_551_000_000n,
  }
  change(profile, strings)
  return new Profile(profile).encode()
}

test("another tool's file: counts only, inlined frames, system names, addresses, any ids", () => {
  const { tree, start, durationMilliseconds } = decodePprof(foreign(() => {}))
  assert.equal(
    showStacks(mergeTrees([tree])),
    'main;inlined;_Zsystem samples=5 | 0xffffffff81000000 samples=1',
  )
  assert.deepEqual(naiveFromTree(tree).get('["main"]'), { counts: new Map(), file: 'main.go', lines: [3, 3] })
  assert.deepEqual([start, durationMilliseconds], [1_795_416_664_551, null])
})

test('a profile of a Go program, as its runtime wrote it', () => {
  const file = readFileSync(new URL('../../../../fixtures/pprof/go-cpu.pb.gz', import.meta.url))
  const { tree, start, durationMilliseconds } = decodePprof(gunzipSync(file))
  assert.deepEqual([start, durationMilliseconds], [Date.UTC(2026, 10, 25, 18, 31, 25, 945), 2000])
  // As many as `go tool pprof -raw` lists.
  assert.equal(totals(tree, new Set(['samples']))[0], 126)
  const main = naiveFromTree(tree).get('["runtime.main","main.main"]')
  assert.deepEqual([main?.file, main?.lines], ['busy/main.go', [4, 4]])
})

test('lines of one function on one path are joined to a range', () => {
  const { tree } = decodePprof(
    foreign((profile) => {
      profile.location!.push(new Location({ id: 4, line: [new Line({ functionId: 7, line: 9 })] }))
      profile.sample!.push(new Sample({ locationId: [4], value: [1, 1] }))
    }),
  )
  assert.deepEqual(naiveFromTree(tree).get('["main"]')?.lines, [3, 9])
})

test('what cannot be read says why', () => {
  const refused: readonly (readonly [Parameters<typeof foreign>[0], RegExp])[] = [
    [(profile) => profile.sampleType!.shift(), /no sample type of unit "count", only "nanoseconds"/],
    [(profile) => profile.sampleType!.splice(0), /no sample type of unit "count"$/],
    [(profile) => profile.sample!.push(new Sample({ locationId: [99], value: [1, 1] })), /no location 99/],
    [(profile) => profile.sample!.push(new Sample({ locationId: [3], value: [1] })), /must have 2 values/],
    [
      (profile) => profile.sample!.push(new Sample({ locationId: [3], value: [1, 1, 1] })),
      /more values than types/,
    ],
    [(profile) => profile.sample!.push(new Sample({ value: [-1, 1] })), /must not be negative/],
    [
      (profile) => profile.sample!.push(new Sample({ value: [2 ** 33, 1] })),
      /add up to more than 4294967296/,
    ],
    [(profile) => profile.function!.pop(), /no function 9/],
    [(profile) => Object.assign(profile.function![0]!, { name: 999 }), /no string 999/],
    [
      (profile) => Object.assign(profile.location![0]!, { id: 2n ** 60n }),
      /ids of the profile must not be larger than 2\^53/,
    ],
  ]
  for (const [change, message] of refused) assert.throws(() => decodePprof(foreign(change)), message)
})

test('a file that is cut at any byte or changed is refused as a ProfileError or decodes', () => {
  const whole = foreign(() => {})
  const attempt = (bytes: Uint8Array): void => {
    try {
      decodePprof(bytes)
    } catch (error) {
      if (!(error instanceof ProfileError)) throw error
    }
  }
  for (let length = 0; length < whole.length; length++) attempt(whole.subarray(0, length))
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      (changes) => {
        const changed = whole.slice()
        for (const [at, byte] of changes) changed[at] = byte
        attempt(changed)
      },
    ),
    { numRuns: 5_000 },
  )
})

test('every limit of a profile holds', () => {
  const limits = { ...defaultLimits, maxDepth: 2 }
  assert.throws(
    () =>
      decodePprof(
        foreign(() => {}),
        limits,
      ),
    (error) => error instanceof ProfileError && error.reason === 'depth',
  )
})

test('a location with many inlined frames cannot be used to make much work of little input', () => {
  const limits = { ...defaultLimits, maxDepth: 1024 }
  const body = foreign((profile) => {
    const line = Array.from({ length: 1000 }, () => new Line({ functionId: 7 }))
    profile.location!.push(new Location({ id: 4, line }))
    const sample = new Sample({ locationId: [4], value: [1, 1] })
    profile.sample!.push(...Array.from({ length: 35_000 }, () => sample))
  })
  assert.ok(body.length < 1_000_000)
  assert.throws(
    () => decodePprof(body, limits),
    (error) => error instanceof ProfileError && error.reason === 'size',
  )
})

test('sample types that share a long name cost neither time nor memory', () => {
  const typesOf = (length: number, nameLength: number): Uint8Array =>
    foreign((profile, strings) => {
      const [type, unit] = [strings.dedup('x'.repeat(nameLength)), strings.dedup('count')]
      profile.sampleType = Array.from({ length }, () => new ValueType({ type, unit }))
      profile.sample = []
    })
  const { maxNameBytes } = defaultLimits
  assert.doesNotThrow(() => decodePprof(typesOf(1000, maxNameBytes)))
  assert.throws(
    () => decodePprof(typesOf(1, maxNameBytes + 1)),
    (error) => error instanceof ProfileError && error.reason === 'name-length',
  )
  assert.throws(
    () => decodePprof(typesOf(1001, 1)),
    (error) => error instanceof ProfileError && error.message.includes('more than 1000 sample types'),
  )
})

test('tables are bounded', () => {
  const table = new Uint8Array(2 * 1_000_001)
  for (let at = 0; at < table.length; at += 2) table[at] = 0x32
  assert.throws(() => decodePprof(table), /more than 1000000 strings/)
})

test('a tree whose stacks are larger than allowed is refused', () => {
  assert.throws(
    () => encodePprof({ start: 1, end: 2, tree: stacks('main;parse;regex 3 | main;parse 1') }, 4),
    (error) => error instanceof ProfileError && error.reason === 'size',
  )
})

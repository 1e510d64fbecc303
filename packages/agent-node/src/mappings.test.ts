/** Held against Node's own reading of the same maps. */
import assert from 'node:assert/strict'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { test } from 'node:test'
import fc from 'fast-check'
import { Mappings, type RawMap } from './mappings.ts'
import { atOnce } from './turns.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function vlq(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1
  let text = ''
  do {
    const digit = rest & 31
    rest >>>= 5
    text += alphabet[rest > 0 ? digit | 32 : digit]
  } while (rest > 0)
  return text
}

interface Segment {
  readonly step: number
  readonly origin: readonly [source: number, line: number, column: number] | null
  readonly name: number | null
}

/** Lines of segments, each with the step from the column before; an end of line after each, without which Node misreads the last. */
function encode(lines: readonly (readonly Segment[])[]): string {
  const last = [0, 0, 0, 0]
  const relative = (field: number, value: number): string => {
    const text = vlq(value - last[field]!)
    last[field] = value
    return text
  }
  return lines
    .map((segments) =>
      segments
        .map(({ step, origin, name }) => {
          if (origin === null) return vlq(step)
          const fields = origin.map((value, field) => relative(field, value)).join('')
          return vlq(step) + fields + (name === null ? '' : relative(3, name))
        })
        .join(','),
    )
    .map((line) => `${line};`)
    .join('')
}

const segment = fc.record({
  step: fc.integer({ min: 1, max: 5000 }),
  origin: fc.option(fc.tuple(fc.nat(3), fc.nat(100_000), fc.nat(5000))),
  name: fc.option(fc.nat(2)),
})
const map = fc.array(fc.array(segment, { maxLength: 6 }), { maxLength: 8 }).map((lines) => ({
  version: 3,
  sources: ['a.ts', 'b.ts', 'c.ts', 'd.ts'],
  names: ['priceOf', 'pack', 'send'],
  mappings: encode(lines),
}))

function mappingsOf(raw: RawMap): Mappings {
  const mappings = new Mappings()
  atOnce(mappings.add(raw))
  return mappings
}

/** As Node has it. */
function entryOf(raw: object, line: number, column: number): unknown {
  const entry = new SourceMap(raw as SourceMapPayload).findEntry(line, column)
  if (!('originalSource' in entry) || typeof entry.originalSource !== 'string') return null
  const {
    originalSource: source,
    originalLine,
    originalColumn,
    name = '',
  } = entry as typeof entry & { name?: string }
  return { source, line: originalLine, column: originalColumn, name }
}

test('every place of a map leads where Node says', () => {
  fc.assert(
    fc.property(map, fc.nat(9), fc.nat(20_000), (raw, line, column) => {
      assert.deepEqual(mappingsOf(raw).find(line, column), entryOf(raw, line, column))
    }),
  )
})

test('sections begin where they say, each with sources of its own', () => {
  const section = (source: string, mappings: string) => ({
    version: 3,
    sources: [source],
    names: [],
    mappings,
  })
  const raw = {
    version: 3,
    sections: [
      { offset: { line: 0, column: 0 }, map: section('a.ts', 'AAAA;AACA') },
      { offset: { line: 2, column: 10 }, map: section('b.ts', 'AAAA,EAAE;AACA') },
    ],
  }
  const found = ([line, column]: number[]): unknown => mappingsOf(raw).find(line!, column!)
  assert.deepEqual(found([1, 4]), { source: 'a.ts', line: 1, column: 0, name: '' })
  assert.deepEqual(found([2, 9]), { source: 'a.ts', line: 1, column: 0, name: '' })
  assert.deepEqual(found([2, 12]), { source: 'b.ts', line: 0, column: 2, name: '' })
  assert.deepEqual(found([3, 0]), { source: 'b.ts', line: 1, column: 2, name: '' })
})

test('what is no map is refused', () => {
  for (const mappings of ['AA!A', 'é', 'AAAg'])
    assert.throws(() => mappingsOf({ sources: [], mappings }), /not a source map/)
})

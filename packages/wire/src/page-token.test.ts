import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodePageToken, encodePageToken } from './page-token.ts'
import { refuses } from './testing/refuses.ts'

const cursors = fc.maxSafeInteger()
const calls = fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 })

test('a token gives back its cursor, in at most 64 URL-safe characters', () => {
  fc.assert(
    fc.property(cursors, calls, (cursor, call) => {
      const token = encodePageToken(cursor, call)
      assert.match(token, /^[\w-]{1,64}$/)
      // + 0: a cursor of -0 comes back as 0.
      assert.equal(decodePageToken(token, call), cursor + 0)
    }),
  )
})

test('a token does not fit another call', () => {
  const token = encodePageToken(7, ['ListProfileTimes', 'g', 'PT5M'])
  const others = [
    [],
    ['ListProfileTimes', 'g', 'PT1H'],
    ['ListProfileTimes', 'h', 'PT5M'],
    ['ListProfileTimes', 'gP', 'T5M'],
    ['ListProfileTimes', 'g', 'PT5M', ''],
    ['ListProfilingGroups', 'g', 'PT5M'],
  ]
  for (const call of others)
    refuses('ValidationException', () => decodePageToken(token, call), /does not belong to this call/)
})

test('a token with one character changed, added or removed is refused', () => {
  const call = ['ListProfilingGroups']
  const change = fc.record({
    cursor: cursors,
    at: fc.nat(),
    letter: fc.constantFrom(...'abcxyzABCXYZ0189_-mp'),
    kind: fc.constantFrom('replace', 'insert', 'delete'),
  })
  fc.assert(
    fc.property(change, ({ cursor, at, letter, kind }) => {
      const token = encodePageToken(cursor, call)
      const position = at % token.length
      const rest = token.slice(kind === 'insert' ? position : position + 1)
      const changed = `${token.slice(0, position)}${kind === 'delete' ? '' : letter}${rest}`
      fc.pre(changed !== token)
      // Another cursor of the same call is a valid token: it grants nothing. Anything else is refused.
      const [, print = ''] = token.split('-')
      try {
        const read = decodePageToken(changed, call)
        assert.notEqual(read, cursor)
        assert.ok(changed.endsWith(`-${print}`))
      } catch (error) {
        refuses('ValidationException', () => {
          throw error
        })
      }
    }),
    { numRuns: 2000 },
  )
})

for (const token of [
  '',
  '-',
  'p',
  'p-',
  'p1',
  '-abc',
  'q1-abc',
  'p1-abc-d',
  '__proto__',
  'pz1NaN-0',
  'm0-0',
]) {
  test(`'${token}' is no token`, () => refuses('ValidationException', () => decodePageToken(token, [])))
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyOne, anyRun, type Code, codesOf, matches, patternOf, type Work } from './glob.ts'

// biome-ignore format: a table
const cases: readonly (readonly [pattern: string, text: string, wanted: boolean])[] = [
  ['', '', true], ['', 'a', false], ['a', '', false], ['a', 'a', true], ['a', 'A', false], ['abc', 'ab', false],
  ['*', '', true], ['*', 'anything/at:all', true], ['**', '', true], ['?', '', false], ['?', 'a', true], ['?', 'ab', false],
  ['a*', 'a', true], ['a*', 'abc', true], ['a*', 'ba', false], ['*a', 'a', true], ['*a', 'aba', true], ['*a', 'ab', false],
  ['a*b', 'ab', true], ['a*b', 'axxb', true], ['a*b', 'abx', false], ['a*b*c', 'aXbYc', true], ['a*b*c', 'acb', false],
  ['*ab*', 'xxabyy', true], ['*ab*', 'xxayyb', false], ['a?c', 'abc', true], ['a?c', 'ac', false], ['a*?', 'a', false],
  ['a*?', 'ab', true], ['?*', 'a', true], ['*?*?*', 'a', false], ['*?*?*', 'ab', true], ['*aab', 'aaaab', true],
  ['a.c', 'abc', false], ['[a]', 'a', false], ['(a|b)', 'a', false], ['a\\*', 'a\\x', true], ['^a$', 'a', false],
]

for (const [pattern, text, wanted] of cases)
  test(`${pattern} ${wanted ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
    assert.equal(matches(patternOf(codesOf(pattern)), text), wanted)
  })

test('the characters * and ? in a text, and a literal star in a pattern, are characters', () => {
  const star = patternOf(['*'.charCodeAt(0)])
  assert.equal(matches(star, '*'), true)
  assert.equal(matches(star, 'a'), false)
})

/** Straight from the description: what a star takes is tried out. */
function naiveMatches(codes: readonly Code[], text: string): boolean {
  const [code, ...rest] = codes
  if (code === undefined) return text === ''
  if (code === anyRun) return naiveMatches(rest, text) || (text !== '' && naiveMatches(codes, text.slice(1)))
  return text !== '' && (code === anyOne || code === text.charCodeAt(0)) && naiveMatches(rest, text.slice(1))
}

const letter = fc.constantFrom('a', 'b')
const code = fc.oneof(
  { weight: 5, arbitrary: letter.map((one) => one.charCodeAt(0)) },
  fc.constantFrom(anyRun, anyOne),
)

test('any pattern matches what trying everything out says', () => {
  const seen = { true: 0, false: 0 }
  fc.assert(
    fc.property(
      fc.array(code, { maxLength: 8 }),
      fc.string({ unit: letter, maxLength: 12 }),
      (codes, text) => {
        const wanted = naiveMatches(codes, text)
        seen[`${wanted}`]++
        assert.equal(matches(patternOf(codes), text), wanted)
      },
    ),
    { numRuns: 20_000 },
  )
  assert.ok(Math.min(seen.true, seen.false) > 1000, JSON.stringify(seen))
})

test('pieces longer than a word are found where they stand first, and only within the text', () => {
  const piece = fc.tuple(fc.string({ unit: letter, minLength: 20, maxLength: 150 }), fc.array(fc.nat(149)))
  fc.assert(
    fc.property(
      piece,
      fc.string({ unit: letter, maxLength: 300 }),
      fc.nat(),
      fc.boolean(),
      ([text, ones], around, at, isIn) => {
        const place = at % (around.length + 1)
        const whole = isIn ? around.slice(0, place) + text + around.slice(place) : around
        const codes = codesOf(text).map((one, i) => (ones.includes(i) ? anyOne : one))
        const isAt = (start: number): boolean =>
          codes.every((one, i) => one === anyOne || one === whole.charCodeAt(start + i))
        const wanted = Array.from({ length: whole.length + 1 }, (_, start) => start).some(isAt)
        assert.equal(matches(patternOf([anyRun, ...codes, anyRun]), whole), wanted)
        // What ends the text may not be used up by what is looked for.
        const end = codesOf(whole.slice(-1))
        const inside = whole.slice(0, -1)
        const isInside = Array.from({ length: inside.length + 1 }, (_, start) => start).some(
          (start) => start + codes.length <= inside.length && isAt(start),
        )
        if (whole !== '')
          assert.equal(matches(patternOf([anyRun, ...codes, anyRun, ...end]), whole), isInside)
      },
    ),
    { numRuns: 1000 },
  )
})

test('threat 12: evil patterns take at most a step for each character and 32 codes', () => {
  const length = 100_000
  const texts = ['a'.repeat(length), `${'ab'.repeat(length / 2 - 1)}c`, '/'.repeat(length)]
  for (const size of [33, 1000, 5000])
    for (const pattern of [
      `${'*a'.repeat(size / 2)}b`,
      `${'a*'.repeat(size / 2)}b`,
      `${'*?'.repeat(size / 2)}b`,
      `${'*'.repeat(size)}b`,
      `*${'a'.repeat(size)}b`,
      `*${'a'.repeat(size)}b*`,
      `*b${'a'.repeat(size)}*`,
      `*${'a'.repeat(size / 2)}b${'a'.repeat(size / 2)}*`,
      `*${'a?'.repeat(size / 2)}b*`,
      `*${'?'.repeat(size)}d*`,
      `*${'?b'.repeat(size / 2)}d*`,
      `${'*ab'.repeat(size / 3)}d`,
      `${'*ba?'.repeat(size / 4)}d*`,
      `${`*${'a'.repeat(32)}b`.repeat(Math.ceil(size / 33))}*`,
      `${'?*'.repeat(size / 2)}/b`,
    ])
      for (const text of texts) {
        const work: Work = { steps: 0 }
        assert.equal(matches(patternOf(codesOf(pattern)), text, work), false)
        const words = Math.ceil(pattern.length / 32)
        // Beside the text, each code is looked at a few times.
        const most = words * text.length + 8 * pattern.length
        assert.ok(work.steps <= most, `${pattern.slice(0, 20)} × ${size}: ${work.steps} steps of ${most}`)
      }
})

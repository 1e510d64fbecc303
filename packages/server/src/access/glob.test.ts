import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Characters, codesOf, matches, matchesFrom, patternOf } from './glob.ts'

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

test('threat 12: evil patterns take at most pattern × text steps', () => {
  const texts = ['a'.repeat(10_000), `${'ab'.repeat(5000)}c`, '/'.repeat(10_000)]
  const patterns = [
    `${'*a'.repeat(16)}b`,
    `${'*a'.repeat(500)}b`,
    `${'a*'.repeat(500)}b`,
    `${'*?'.repeat(500)}b`,
    `${'*'.repeat(1000)}b`,
    `*${'a'.repeat(1000)}b`,
    `${'*ab'.repeat(300)}d`,
    `${'?*'.repeat(300)}/b`,
  ]
  for (const text of texts)
    for (const pattern of patterns) {
      let steps = 0
      const counted: Characters = {
        length: text.length,
        charCodeAt: (at) => {
          steps++
          return text.charCodeAt(at)
        },
      }
      assert.equal(matchesFrom(codesOf(pattern), counted, 0), false)
      assert.ok(steps <= pattern.length * text.length, `${pattern.slice(0, 20)}: ${steps} steps`)
    }
})

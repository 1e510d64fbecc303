import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { characterCount, isAlphanumeric, isDigits, isLowerHex, isVisibleAscii, isWord } from './characters.ts'

const checks: readonly (readonly [string, (text: string) => boolean, RegExp])[] = [
  ['isDigits', isDigits, /^[0-9]+$/],
  ['isAlphanumeric', isAlphanumeric, /^[A-Za-z0-9_]+$/],
  ['isWord', isWord, /^[A-Za-z0-9_-]+$/],
  ['isLowerHex', isLowerHex, /^[0-9a-f]+$/],
  ['isVisibleAscii', isVisibleAscii, /^[!-~]+$/],
]
for (const [name, check, pattern] of checks) {
  test(`${name} is ${pattern} for every character, alone and behind others`, () => {
    for (let code = 0; code <= 0xffff; code++) {
      const letter = String.fromCharCode(code)
      assert.equal(check(letter), pattern.test(letter), `U+${code.toString(16)}`)
      assert.equal(check(`0${letter}`), pattern.test(letter), `0 and U+${code.toString(16)}`)
    }
    assert.equal(check(''), false)
  })
}

test('characters are counted as people count code points', () => {
  assert.equal(characterCount(''), 0)
  assert.equal(characterCount('aé😀'), 3)
  assert.equal(characterCount('\ud83d'), 1)
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) =>
      assert.equal(characterCount(text), [...text].length),
    ),
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { visibleText } from './visible-text.ts'

test('ordinary names stay, of any script', () => {
  for (const name of ['demo:über_größe', '数据处理', 'a<script>', '__proto__', 'flüchtig 🔥']) {
    assert.equal(visibleText(name), name)
  }
})

test('control characters are shown', () => {
  assert.equal(visibleText('a\u0000b\nc\u001bd\u007f'), 'a␀b␊c␛d␡')
  assert.equal(visibleText('\u0085'), '⟨U+0085⟩')
})

test('characters that turn or hide text are shown', () => {
  assert.equal(visibleText('safe\u202egpj.exe'), 'safe⟨U+202E⟩gpj.exe')
  assert.equal(visibleText('pay\u200bpal\ufeff\u2066'), 'pay⟨U+200B⟩pal⟨U+FEFF⟩⟨U+2066⟩')
})

test('halves of surrogate pairs are shown, whole ones stay', () => {
  assert.equal(visibleText('a\ud83d b\udd25 \ud83d\udd25'), 'a⟨U+D83D⟩ b⟨U+DD25⟩ \ud83d\udd25')
})

test('an empty name says so', () => {
  assert.equal(visibleText(''), '(no name)')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { escapeXml, isXmlText } from './xml.ts'

/** XML 1.0, section 2.2, written out a second time. */
function isChar(code: number): boolean {
  return (
    [0x9, 0xa, 0xd].includes(code) ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    code >= 0x10000
  )
}

test('every character that XML 1.0 has is written, and no other', () => {
  for (let code = 0; code <= 0xffff; code++)
    assert.equal(isXmlText(String.fromCharCode(code)), isChar(code), `${code}`)
  assert.ok(isXmlText('😀\u{10FFFF}'))
  assert.ok(!isXmlText('a\ud83db'), 'half of a pair')
})

test('markup is text', () => {
  assert.equal(escapeXml('<a href="x">&amp;]]></a>'), '&lt;a href="x"&gt;&amp;amp;]]&gt;&lt;/a&gt;')
  assert.equal(escapeXml('a\r\nb\tc'), 'a&#xD;\nb\tc')
})

test('what cannot be written is replaced', () => {
  assert.equal(escapeXml('a\0b\x1fc\ud800d\uffff'), 'a�b�c�d�')
})

test('whatever the text, its content holds no markup and reads back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const content = escapeXml(text)
      assert.ok(isXmlText(content) && !/[<>\r]|&(?!(amp|lt|gt|#xD);)/.test(content))
      const back = content
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&#xD;', '\r')
        .replaceAll('&amp;', '&')
      assert.equal(
        back,
        [...text].map((character) => (isChar(character.codePointAt(0)!) ? character : '\ufffd')).join(''),
      )
    }),
  )
})

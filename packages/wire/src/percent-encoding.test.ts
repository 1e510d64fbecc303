import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeComponent } from './percent-encoding.ts'

test('the unreserved characters stay, all other ASCII is encoded in upper-case hexadecimal', () => {
  for (let code = 0; code < 128; code++) {
    const letter = String.fromCharCode(code)
    const digits = code.toString(16).toUpperCase().padStart(2, '0')
    assert.equal(encodeComponent(letter), /[A-Za-z0-9\-._~]/.test(letter) ? letter : `%${digits}`)
  }
})

test('what is beyond ASCII is encoded byte by byte as UTF-8', () => {
  assert.equal(encodeComponent('é'), '%C3%A9')
  assert.equal(encodeComponent('ሴ'), '%E1%88%B4')
  assert.equal(encodeComponent('😀'), '%F0%9F%98%80')
})

test('what was encoded is decoded to itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(decodeURIComponent(encodeComponent(text)), text)
      assert.match(encodeComponent(text), /^([A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/)
    }),
  )
})

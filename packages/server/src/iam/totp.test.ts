import assert from 'node:assert/strict'
import { test } from 'node:test'
import { totpCode } from './testing/totp-code.ts'
import { acceptedStep, base32Seed, provisioningUri, synchronised } from './totp.ts'

const period = 30_000
const now = Date.UTC(2026, 10, 25, 12, 0, 10)
const step = Math.floor(now / period)
const seed = Buffer.from('12345678901234567890')
const fresh = { lastStep: 0, drift: 0 }
const codeAt = (offset: number, of: Uint8Array = seed): string => totpCode(of, step + offset)

test('the codes are those of RFC 6238, appendix B, in six digits', () => {
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const)
    assert.equal(acceptedStep(seed, code, fresh, seconds * 1000), Math.floor(seconds / 30), code)
})

test('a code is good in its own step, the one before and the one after', () => {
  for (let offset = -4; offset <= 4; offset++) {
    const accepted = acceptedStep(seed, codeAt(offset), fresh, now)
    assert.equal(accepted, Math.abs(offset) <= 1 ? step + offset : null, `${offset}`)
  }
})

test('no code counts twice, nor one before a code that counted', () => {
  const first = acceptedStep(seed, codeAt(0), fresh, now)!
  for (const offset of [-1, 0])
    assert.equal(acceptedStep(seed, codeAt(offset), { ...fresh, lastStep: first }, now), null)
  assert.equal(acceptedStep(seed, codeAt(1), { ...fresh, lastStep: first }, now), step + 1)
})

test('a device that is known to be ahead or behind is judged by its own clock', () => {
  for (const drift of [-9, 7]) {
    assert.equal(acceptedStep(seed, codeAt(drift), { lastStep: 0, drift }, now), step + drift)
    assert.equal(acceptedStep(seed, codeAt(0), { lastStep: 0, drift }, now), null)
  }
})

test('what is no code, or that of another seed, is not accepted', () => {
  for (const code of [
    '',
    '0',
    'abcdef',
    '1234567',
    ' 12345',
    '-12345',
    codeAt(0, Buffer.from('another seed of 20 b')),
  ])
    assert.equal(acceptedStep(seed, code, fresh, now), null, code)
})

test('two codes that follow each other tell how a clock goes, up to ten minutes off', () => {
  for (const drift of [-20, -3, 0, 1, 20])
    assert.deepEqual(synchronised(seed, [codeAt(drift - 1), codeAt(drift)], 0, now), {
      lastStep: step + drift,
      drift,
    })
  for (const drift of [-21, 21])
    assert.equal(synchronised(seed, [codeAt(drift - 1), codeAt(drift)], 0, now), null)
})

test('codes that do not follow each other, or were used, tell nothing', () => {
  for (const [first, second] of [
    [0, 0],
    [1, 0],
    [0, 2],
    [-2, 0],
  ] as const)
    assert.equal(synchronised(seed, [codeAt(first), codeAt(second)], 0, now), null, `${first} ${second}`)
  assert.equal(synchronised(seed, [codeAt(-1), codeAt(0)], step - 1, now), null)
  assert.notEqual(synchronised(seed, [codeAt(-1), codeAt(0)], step - 2, now), null)
})

test('an authenticator app is set up with a URI that names issuer, label and seed', () => {
  const uri = new URL(provisioningUri(seed, 'phone@123456789012', 'Wick'))
  assert.equal(`${uri.protocol}${uri.host}`, 'otpauth:totp')
  assert.equal(decodeURIComponent(uri.pathname), '/Wick:phone@123456789012')
  assert.equal(uri.searchParams.get('secret'), 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
  assert.equal(base32Seed(seed), 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
})

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { isAlone } from '../threads/body-buffer.ts'
import { inflater, isGzip } from './inflate.ts'
import { apiError } from './testing/test-services.ts'

const mebibyte = 1024 * 1024
const inflater4 = inflater(4 * mebibyte)

/** The bytes, their share of memory given back at once. */
async function inflate(body: Uint8Array): Promise<Uint8Array> {
  const { bytes, giveBack } = await inflater4(body)
  giveBack()
  return bytes
}

test('inflating gives back what was compressed, whatever its size', async () => {
  const round = [mebibyte, 2 * mebibyte, 4 * mebibyte - 8]
  for (const size of [0, 1, 1000, 100_000, 4 * mebibyte, ...round.flatMap((n) => [n - 8, n - 1, n, n + 1])]) {
    const plain = randomBytes(size)
    assert.deepEqual(Buffer.from(await inflate(gzipSync(plain))), plain, `${size} bytes`)
  }
})

test('several members one after the other are one body, as gzip has it', async () => {
  const body = Buffer.concat([gzipSync('{"start":'), gzipSync('1}')])
  assert.equal(Buffer.from(await inflate(body)).toString(), '{"start":1}')
})

test('what is no gzip, cut off, damaged or followed by other bytes is refused', async () => {
  const whole = gzipSync(randomBytes(500))
  const damaged = Buffer.from(whole)
  damaged[whole.length - 6]! ^= 1
  const bodies = {
    nothing: Buffer.alloc(0),
    'its head alone': whole.subarray(0, 10),
    'a cut off one': whole.subarray(0, -1),
    'a wrong checksum': damaged,
    'zlib instead': deflateSync('text'),
    'raw deflate instead': deflateRawSync('text'),
    text: Buffer.from('{"start":1}'),
    'two bytes': Buffer.from([0x1f, 0x8b]),
  }
  for (const [what, body] of Object.entries(bodies))
    await assert.rejects(inflate(body), apiError('ValidationException', /not valid gzip/), what)
})

test('the limit is reached exactly and not passed, and the refusal names it', async () => {
  const small = inflater(2000)
  const exact = await small(gzipSync(randomBytes(2000)))
  assert.equal(exact.bytes.length, 2000)
  exact.giveBack()
  await assert.rejects(
    small(gzipSync(randomBytes(2001))),
    apiError('ValidationException', /more than 2000 bytes/),
  )
})

test('a body that inflates to more than 100 times its size is refused above a mebibyte', async () => {
  const zeros = gzipSync(Buffer.alloc(2 * mebibyte))
  assert.ok(zeros.length * 100 < 2 * mebibyte, 'it is a bomb')
  await assert.rejects(inflate(zeros), apiError('ValidationException', /more than 100 times its size/))
})

test('below a mebibyte any ratio is accepted', async () => {
  assert.equal((await inflate(gzipSync(Buffer.alloc(mebibyte)))).length, mebibyte)
})

test('a length that the body only claims changes nothing', async () => {
  for (const claimed of [0, 1, 0xffffffff]) {
    const body = gzipSync(randomBytes(5000))
    body.writeUInt32LE(claimed, body.length - 4)
    await assert.rejects(inflate(body), apiError('ValidationException', /not valid gzip/), String(claimed))
  }
})

test('many at once are all answered, also after refusals', async () => {
  const good = gzipSync('{"a":1}')
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, (_, i) => inflate(i % 3 === 0 ? good.subarray(0, -1) : good)),
  )
  for (const [i, result] of results.entries())
    assert.equal(result.status, i % 3 === 0 ? 'rejected' : 'fulfilled', `${i}`)
})

test('what is inflated and not given back leaves room for so much more; who comes then waits its turn', async () => {
  const four = inflater(4 * mebibyte)
  const large = gzipSync(randomBytes(3 * mebibyte))
  const first = await four(large)
  const small = await four(gzipSync(randomBytes(100)).subarray())
  let isThere = false
  const second = four(large).then((inflated) => {
    isThere = true
    return inflated
  })
  small.giveBack()
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(isThere, false)
  first.giveBack()
  assert.equal((await second).bytes.length, 3 * mebibyte)
})

test('what is more than there is room for at all is refused, and asked to come again', async () => {
  let room = 4 * mebibyte
  const lending = inflater(4 * mebibyte, () => room)
  const first = await lending(gzipSync(randomBytes(mebibyte)))
  const waiting = lending(gzipSync(randomBytes(4 * mebibyte)))
  room = 2 * mebibyte
  first.giveBack()
  await assert.rejects(waiting, apiError('ServiceUnavailableException', /no room to inflate/))
  assert.equal((await lending(gzipSync(randomBytes(2 * mebibyte)))).bytes.length, 2 * mebibyte)
})

test('the bytes are in a buffer of their own, whatever length was claimed', async () => {
  const parts = [gzipSync(randomBytes(50_000)), gzipSync(randomBytes(70_000))]
  for (const body of [parts[0]!, Buffer.concat(parts)]) {
    const bytes = await inflate(body)
    assert.ok(isAlone(bytes))
  }
})

test('gzip is told by its first two bytes', () => {
  assert.equal(isGzip(gzipSync('')), true)
  assert.equal(isGzip(Buffer.from('{"start":1}')), false)
  assert.equal(isGzip(Buffer.from([0xe0, 0x01, 0x00, 0xea])), false)
  assert.equal(isGzip(new Uint8Array(0)), false)
  assert.equal(isGzip(Buffer.from([0x1f])), false)
})

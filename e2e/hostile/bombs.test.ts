/** Bodies that are too large, on the wire or once inflated: refused by the limit's name, in bounded memory. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type Answer, type Caller, startCaller } from '../support/caller.ts'
import { startWick, type Wick } from '../support/wick.ts'

const mebibyte = 1024 * 1024
/** The memory budget, and what may wait for a collection of garbage. */
const mostMemory = 1.25 * 512 * mebibyte

let directory: string
let wick: Wick
let caller: Caller

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wick-e2e-'))
  wick = await startWick({ directory, flags: ['--insecure-http'] })
  caller = await startCaller(wick)
  await caller.createGroup('shop')
})

after(async () => {
  await wick?.stop()
  await rm(directory, { recursive: true, force: true })
})

const sound = JSON.stringify({
  start: Date.now() - 1000,
  end: Date.now(),
  callgraph: { counts: { RUNNABLE: 1 } },
})

/** A sound profile of exactly so many bytes. */
function padded(bytes: number): Buffer {
  return Buffer.from(sound.padEnd(bytes))
}

/** White space of a mebibyte that gzip makes about 30 times smaller: below the limit of 100. */
const ordinary = Buffer.alloc(mebibyte, ' ')
for (const [i, byte] of randomBytes(mebibyte / 8).entries()) ordinary[i] = ' \t\n\r'.charCodeAt(byte & 3)

/** Gzip of a sound profile that inflates to exactly so many mebibytes: gzip files one after the other are one. */
function inflatingTo(mebibytes: number, block: Buffer): Buffer {
  const first = gzipSync(padded(mebibyte))
  const further = gzipSync(block)
  return Buffer.concat([first, ...Array.from({ length: mebibytes - 1 }, () => further)])
}

const zeros = Buffer.alloc(mebibyte, 0)

for (const isChunked of [false, true]) {
  const how = isChunked ? 'chunk by chunk' : 'with its length announced'

  test(`32 MiB sent ${how} are taken, one byte more is not`, async () => {
    assert.equal((await caller.post('shop', padded(32 * mebibyte), { isChunked })).status, 204)
    assertRefused(
      await caller.post('shop', padded(32 * mebibyte + 1), { isChunked }),
      /The body is longer than 33554432 bytes, the most that is allowed here\./,
    )
  })

  test(`a control call of 1 MiB sent ${how} is read, one byte more is not`, async () => {
    const call = { method: 'PUT', target: '/profilingGroups/shop', isChunked }
    const body = '{"agentOrchestrationConfig":{"profilingEnabled":true}}'
    assert.equal((await caller.send({ ...call, body: body.padEnd(mebibyte) })).status, 200)
    assertRefused(
      await caller.send({ ...call, body: body.padEnd(mebibyte + 1) }),
      /The body is longer than 1048576 bytes, the most that is allowed here\./,
    )
  })
}

test('a body that announces 1 TiB is refused before any of it is sent', async () => {
  const target = '/profilingGroups/shop/agentProfile'
  const signed = caller.signed({ method: 'POST', target })
  const post = request(wick.url + target, {
    method: 'POST',
    headers: { ...signed, 'content-length': 2 ** 40 },
  })
  post.flushHeaders()
  const [answer] = (await once(post, 'response')) as [IncomingMessage]
  assert.equal(answer.statusCode, 400)
  assert.match(await text(answer), /The body is longer than 33554432 bytes/)
})

test('128 MiB once inflated are taken, one mebibyte more is not', async () => {
  assert.equal((await caller.post('shop', inflatingTo(128, ordinary))).status, 204)
  assertRefused(
    await caller.post('shop', inflatingTo(129, ordinary)),
    /The body inflates to more than 134217728 bytes, the most that is allowed\./,
  )
})

test('a small body may inflate a hundredfold and more, a large one may not', async () => {
  const small = gzipSync(padded(mebibyte))
  assert.ok(mebibyte / small.length > 500)
  assert.equal((await caller.post('shop', small)).status, 204)
  assertRefused(
    await caller.post('shop', gzipSync(padded(mebibyte + 1))),
    /The body inflates to more than 100 times its size, the most that is allowed above 1048576 bytes\./,
  )
})

test('threat 1: 1 GiB of zeros in 1 MiB is refused', async () => {
  const bomb = inflatingTo(1024, zeros)
  assert.ok(bomb.length < 2 * mebibyte)
  assertRefused(
    await caller.post('shop', bomb),
    /inflates to more than 100 times its size|to more than 134217728 bytes/,
  )
})

test('threat 1: two dozen bombs at once take a bounded amount of memory, and honest callers are answered meanwhile', async (t) => {
  const profile = await caller.profile('shop')
  const bombs = [inflatingTo(1024, zeros), inflatingTo(200, ordinary)]
  const before = await caller.metric('process_resident_memory_bytes')
  let most = before
  let left = 24
  const throwing = Array.from({ length: left }, async (_, i) => {
    const { status } = await caller.post('shop', bombs[i % bombs.length]!)
    left--
    assert.ok(status === 400 || status === 503 || status === 429, `${status}`)
  })
  while (left > 0) {
    most = Math.max(most, await caller.metric('process_resident_memory_bytes'))
    assert.deepEqual(await caller.profile('shop'), profile)
  }
  await Promise.all(throwing)
  const after = await caller.metric('process_resident_memory_bytes')
  const mebibytes = [before, most, after].map((bytes) => Math.round(bytes / mebibyte))
  t.diagnostic(`resident memory before, at most, after: ${mebibytes.join(', ')} MiB`)
  assert.ok(most < mostMemory)
  assert.deepEqual(await caller.profile('shop'), profile)
})

test('of twenty of the largest bodies at once some are kept, the others are told to come again', async (t) => {
  const large = padded(32 * mebibyte)
  let most = 0
  let isOver = false
  const watching = (async () => {
    while (!isOver) most = Math.max(most, await caller.metric('process_resident_memory_bytes'))
  })()
  const answers = await Promise.all(Array.from({ length: 20 }, () => caller.post('shop', large)))
  isOver = true
  await watching
  const count = (status: number): number => answers.filter((answer) => answer.status === status).length
  t.diagnostic(`${count(204)} kept; resident memory at most ${Math.round(most / mebibyte)} MiB`)
  assert.ok(count(204) >= 2, 'some get through')
  assert.ok(most < mostMemory)
  for (const { status, headers } of answers) {
    if (status === 204) continue
    assert.ok(status === 503 || status === 429, `${status}`)
    assert.equal(headers['retry-after'], '1')
  }
  assert.ok((await caller.metric('wick_refused_total{what="caller"}')) > 0)
})

function assertRefused({ status, headers, body }: Answer, says: RegExp): void {
  assert.equal(status, 400, body.toString())
  assert.equal(headers['x-amzn-errortype'], 'ValidationException')
  assert.match(JSON.parse(body.toString()).message, says)
}

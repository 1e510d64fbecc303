/** SIGTERM: what is under way is answered, nothing new is taken, and the process ends with 0. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { access, readFile } from 'node:fs/promises'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type Caller, startCaller } from '../support/caller.ts'
import { runWick, startWick, temporaryDirectory, type Wick } from '../support/wick.ts'

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`a post whose body is still arriving at ${signal} is acknowledged, and kept`, async (t) => {
    const { wick, caller } = await start(t)
    const body = profileOf(7)
    const post = await begin(wick, caller, body)
    post.write(body.subarray(0, 20))

    const end = once(wick.process, 'exit')
    wick.process.kill(signal)
    await untilRefused(wick)
    post.end(body.subarray(20))
    const [answer] = (await once(post, 'response')) as [IncomingMessage]
    assert.equal(answer.statusCode, 204)
    assert.equal(answer.headers.connection, 'close')
    assert.deepEqual(await end, [0, null])

    const again = await startWick({ directory: wick.directory })
    t.after(() => again.stop())
    assert.deepEqual((await (await startCaller(again)).profile('shop'))?.callgraph.counts, { RUNNABLE: 7 })
  })
}

test('a signal that comes together with the line on stdout stops the server as well', async (t) => {
  for (let trial = 0; trial < 5; trial++) {
    const child = runWick(['serve', '--data', await temporaryDirectory(t), '--listen', '127.0.0.1:0'])
    child.stdout!.once('data', () => child.kill('SIGTERM'))
    assert.deepEqual(await once(child, 'exit'), [0, null])
  }
})

test('a stopped server leaves no note of itself, and the next start finds nothing amiss', async (t) => {
  const { wick, caller } = await start(t)
  const note = join(wick.directory, 'wick.pid')
  assert.equal(await readFile(note, 'utf8'), `${wick.process.pid}\n`)
  assert.equal((await caller.post('shop', profileOf(7))).status, 204)
  assert.equal(await wick.stop(), 0)
  await assert.rejects(access(note), { code: 'ENOENT' })
  const again = await startWick({ directory: wick.directory })
  t.after(() => again.stop())
  assert.doesNotMatch(again.said(), /\{/, 'a structured line')
})

describe('with a caller who never finishes', { concurrency: true }, () => {
  test('the server stops all the same', async (t) => {
    const { wick, caller } = await start(t)
    const post = await begin(wick, caller, profileOf(7))
    // As a body that comes too slowly, or as one that has not come when the time to stop is over.
    const refused = once(post, 'response').then(([answer]) => (answer as IncomingMessage).statusCode)
    const over = refused.catch(() => 'cut')
    assert.equal(await wick.stop(), 0)
    assert.ok([503, 'cut'].includes((await over)!), String(await over))
    post.destroy()
  })

  test('a second signal stops it at once, and the exit code says that it was cut short', async (t) => {
    const { wick, caller } = await start(t)
    const post = await begin(wick, caller, profileOf(7))
    const cut = once(post, 'error')
    const end = once(wick.process, 'exit')
    wick.process.kill('SIGTERM')
    await untilRefused(wick)
    wick.process.kill('SIGTERM')
    assert.deepEqual(await end, [1, null])
    await cut
  })
})

async function start(t: TestContext): Promise<{ wick: Wick; caller: Caller }> {
  const wick = await startWick({ directory: await temporaryDirectory(t) })
  t.after(() => wick.stop('SIGKILL'))
  const caller = await startCaller(wick)
  await caller.createGroup('shop')
  return { wick, caller }
}

function profileOf(count: number): Buffer {
  const end = Date.now()
  return Buffer.from(JSON.stringify({ start: end - 1000, end, callgraph: { counts: { RUNNABLE: count } } }))
}

/** A post that the server has begun to read: it has asked for the body. */
async function begin(wick: Wick, caller: Caller, body: Buffer): Promise<ClientRequest> {
  const target = '/profilingGroups/shop/agentProfile'
  const signed = caller.signed({ method: 'POST', target, body })
  const post = request(wick.url + target, {
    method: 'POST',
    ca: await readFile(join(wick.directory, 'tls/ca.pem')),
    headers: { ...signed, 'content-length': body.length, expect: '100-continue' },
    agent: false,
  })
  post.flushHeaders()
  await once(post, 'continue')
  return post
}

async function untilRefused({ url }: Wick): Promise<void> {
  const port = Number(new URL(url).port)
  while (await isOpen(port)) await wait(5)
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

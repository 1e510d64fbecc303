/** Whoever takes for ever is cut off, and takes nothing from the others meanwhile. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startCaller } from '../support/caller.ts'
import { startWick, temporaryDirectory } from '../support/wick.ts'

/** So many at once: each holds a connection, and that is all it gets. */
const slowCallers = 200

interface Slowness {
  readonly flags: readonly string[]
  /** What each sends first. */
  readonly first: string | Uint8Array
  /** What each goes on sending, so that the connection is never idle. */
  readonly further: string
  /** The answer before the connection is closed. */
  readonly answer: RegExp
}

const plain = ['--insecure-http']

const slownesses: Readonly<Record<string, Slowness>> = {
  'a connection that says nothing': { flags: plain, first: '', further: '', answer: /^(HTTP\/1\.1 408 |$)/ },
  'a head, letter by letter': {
    flags: plain,
    first: 'GET /healthz HTTP/1.1\r\nhost: wick\r\nx-slow: ',
    further: 'x',
    answer: /^HTTP\/1\.1 408 Request Timeout\r\n/,
  },
  'a head, line by line': {
    flags: plain,
    first: 'GET /healthz HTTP/1.1\r\nhost: wick\r\n',
    further: 'a: b\r\n',
    answer: /^HTTP\/1\.1 408 Request Timeout\r\n/,
  },
  // A greeting that announces more than ever comes.
  'a handshake of TLS': {
    flags: [],
    first: Buffer.from('1603010200010001fc0303', 'hex'),
    further: '',
    answer: /^$/,
  },
}

describe('two hundred callers who never finish are cut off, honest ones are served', {
  concurrency: true,
  timeout: 90_000,
}, () => {
  for (const [what, slowness] of Object.entries(slownesses)) test(what, (t) => assertCutOff(t, slowness))
})

async function assertCutOff(t: TestContext, { flags, first, further, answer }: Slowness): Promise<void> {
  const wick = await startWick({ directory: await temporaryDirectory(t), flags })
  t.after(() => wick.stop())
  const caller = await startCaller(wick)
  await caller.createGroup('shop')
  let open = slowCallers
  const slow = Array.from({ length: slowCallers }, () => {
    const socket = connect(Number(new URL(wick.url).port), '127.0.0.1')
    socket.on('error', () => {}).on('close', () => open--)
    socket.write(first)
    return { socket, said: text(socket) }
  })
  let served = 0
  while (open > 0) {
    const end = Date.now()
    const body = JSON.stringify({ start: end - 1000, end, callgraph: { counts: { RUNNABLE: 1 } } })
    assert.equal((await caller.post('shop', body)).status, 204)
    served++
    for (const { socket } of slow) if (further !== '' && socket.writable) socket.write(further)
    await wait(100)
  }
  t.diagnostic(`${served} honest posts meanwhile`)
  for (const { said } of slow) assert.match(await said, answer)
  assert.deepEqual((await caller.profile('shop'))?.callgraph.counts, { RUNNABLE: served })
}

/** Of the threat model: so many slow connections, so many honest requests a second beside them. */
const manySlow = 5000
const honestPerSecond = 200
const seconds = 8

test('threat 15: five thousand slow connections keep no honest caller from being served', {
  timeout: 120_000,
}, async (t) => {
  const wick = await startWick({ directory: await temporaryDirectory(t), flags: plain })
  t.after(() => wick.stop())
  const caller = await startCaller(wick)
  await caller.createGroup('shop')
  const port = Number(new URL(wick.url).port)
  const slow = Array.from({ length: manySlow }, () => {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    socket.write('GET /healthz HTTP/1.1\r\nhost: wick\r\nx-slow: ')
    return socket
  })
  t.after(() => {
    for (const socket of slow) socket.destroy()
  })
  const answers: Promise<number>[] = []
  for (let sent = 0; sent < honestPerSecond * seconds; sent += honestPerSecond / 20) {
    for (let i = 0; i < honestPerSecond / 20; i++)
      answers.push(caller.send({ target: '/profilingGroups/shop' }).then(({ status }) => status))
    for (let i = sent % 50; i < manySlow; i += 50) slow[i]!.write('x')
    await wait(50)
  }
  const statuses = await Promise.all(answers)
  const served = statuses.filter((status) => status === 200).length
  t.diagnostic(`${served} of ${statuses.length} honest requests served`)
  assert.equal(statuses.length, honestPerSecond * seconds)
  assert.ok(served >= statuses.length * 0.999, `${served} of ${statuses.length}`)
})

import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { MessageChannel, Worker } from 'node:worker_threads'
import { type Connection, connect, connectPort, type PortConnection, serve } from './rpc.ts'
import type { EchoApi } from './testing/echo-thread.ts'

const started: Connection<EchoApi>[] = []

function start(onEvent?: (event: string, value: unknown) => void): Connection<EchoApi> {
  const worker = new Worker(new URL('./testing/echo-thread.ts', import.meta.url))
  const connection = connect<EchoApi>(worker, onEvent)
  started.push(connection)
  return connection
}

afterEach(() => Promise.all(started.splice(0).map(({ terminate }) => terminate())))

test('a call gets its answer', async () => {
  const { api } = start()
  const value = { text: 'a\0b😀', list: [1, null, true], bytes: Uint8Array.of(1, 2, 3) }
  assert.deepEqual(await api.echo(value), value)
})

test('answers find their calls whatever order they come in', async () => {
  const { api } = start()
  const slow = api.later(30, 'slow')
  assert.equal(await api.later(0, 'fast'), 'fast')
  assert.equal(await slow, 'slow')
})

test('an error keeps its name and message', async () => {
  const { api } = start()
  await assert.rejects(api.refuse('not today'), (error: Error) => {
    assert.ok(error instanceof Error)
    assert.deepEqual([error.name, error.message], ['CannotDoThat', 'not today'])
    return true
  })
})

test('whatever is thrown arrives as an error', async () => {
  const { api } = start()
  await assert.rejects(api.refuseWithText('just text'), { name: 'Error', message: 'just text' })
})

test('a method that does not exist is refused, and the connection goes on', async () => {
  const { api } = start()
  await assert.rejects((api as unknown as { missing(): Promise<void> }).missing(), { name: 'TypeError' })
  assert.equal(await api.echo('still here'), 'still here')
})

test('arguments and results that cannot be cloned are refused, and the connection goes on', async () => {
  const { api } = start()
  await assert.rejects(
    api.echo(() => {}),
    { name: 'DataCloneError' },
  )
  await assert.rejects(api.answerWithFunction(), { name: 'DataCloneError' })
  assert.equal(await api.echo('still here'), 'still here')
})

test('large byte arrays are handed over, small ones and views stay with the caller', async () => {
  const { api } = start()
  const large = new Uint8Array(100_000).fill(7)
  const small = new Uint8Array(100).fill(8)
  const view = new Uint8Array(200_000).subarray(1000, 101_000).fill(9)
  const result = (await api.echo({ large, small, view })) as { large: Uint8Array }
  assert.deepEqual([large.length, small.length, view.length], [0, 100, 100_000])
  assert.deepEqual(result.large, new Uint8Array(100_000).fill(7))
})

test('one array named twice in a call is handed over once', async () => {
  const { api } = start()
  const bytes = new Uint8Array(20_000).fill(5)
  const [first, second] = (await api.echoBoth(bytes, bytes)) as [Uint8Array, Uint8Array]
  assert.equal(first[19_999], 5)
  assert.equal(second[19_999], 5)
})

test('the stand-in can be returned from an asynchronous function', async () => {
  const { api } = await (async () => start())()
  const same = await (async () => api)()
  assert.equal(await same.echo(1), 1)
})

test('events arrive unasked', async () => {
  const events: [string, unknown][] = []
  const { api } = start((event, value) => events.push([event, value]))
  await api.announce('damage', { file: 'x.seg', offset: 12 })
  assert.deepEqual(events, [['damage', { file: 'x.seg', offset: 12 }]])
})

test('open calls are refused when the worker crashes, with its error', { timeout: 10_000 }, async () => {
  const { api } = start()
  const open = [api.never(), api.crash()]
  for (const call of open) await assert.rejects(call, { message: 'out of memory, say' })
})

test('open calls are refused when the worker exits', { timeout: 10_000 }, async () => {
  const { api } = start()
  const open = [api.never(), api.exit()]
  for (const call of open) await assert.rejects(call, { message: 'the worker thread ended (7)' })
})

test('calls after the end are refused', { timeout: 10_000 }, async () => {
  const { api, terminate } = start()
  const open = assert.rejects(api.never(), /the worker thread ended/)
  await terminate()
  await open
  await assert.rejects(api.echo(1), /the worker thread ended/)
})

/** The echo thread, and a channel of its own that leads to it. */
function startWithChannel(): Connection<EchoApi> & { readonly channel: PortConnection<EchoApi> } {
  const { port1, port2 } = new MessageChannel()
  const worker = new Worker(new URL('./testing/echo-thread.ts', import.meta.url), {
    workerData: { channel: port2 },
    transferList: [port2],
  })
  const connection = connect<EchoApi>(worker)
  started.push(connection)
  return { ...connection, channel: connectPort<EchoApi>(port1) }
}

test('a thread can be asked over a channel too, by others than the one that started it', async () => {
  const { api, channel } = startWithChannel()
  const slow = channel.api.later(30, 'slow')
  assert.equal(await channel.api.echo('fast'), 'fast')
  assert.equal(await api.echo('beside it'), 'beside it')
  assert.equal(await slow, 'slow')
  await assert.rejects(channel.api.refuse('not today'), { name: 'CannotDoThat', message: 'not today' })
  await assert.rejects(
    channel.api.echo(() => {}),
    { name: 'DataCloneError' },
  )
  channel.close()
})

const ends: Readonly<Record<string, (connection: Connection<EchoApi>) => Promise<unknown>>> = {
  'is terminated': ({ terminate }) => terminate(),
  exits: ({ api }) => api.exit().catch(() => {}),
  crashes: ({ api }) => api.crash().catch(() => {}),
}
for (const [how, end] of Object.entries(ends)) {
  test(`open and later calls over a channel are refused when the thread ${how}`, {
    timeout: 10_000,
  }, async () => {
    const connection = startWithChannel()
    const { channel } = connection
    assert.equal(await channel.api.echo('there'), 'there')
    const open = [channel.api.never(), channel.api.never()]
    const refused = Promise.all(open.map((call) => assert.rejects(call, /the other end is gone/)))
    await end(connection)
    // Not awaited before: whether the end has been noticed or not, a call comes to an end.
    await assert.rejects(channel.api.never(), /the other end is gone/)
    await refused
    await assert.rejects(channel.api.echo(1), /the other end is gone/)
  })
}

test('calls over a channel that was hung up are refused', { timeout: 10_000 }, async () => {
  const { port1, port2 } = new MessageChannel()
  serve(port2, { never: () => new Promise<void>(() => {}) })
  const { api, close } = connectPort<EchoApi>(port1)
  const open = assert.rejects(api.never(), /the other end is gone/)
  close()
  await open
  await assert.rejects(api.echo(1), /the other end is gone/)
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, beforeEach, test } from 'node:test'
import { type ByteBudget, byteBudget } from '../operations/byte-budget.ts'
import { keepRoom } from './answer-room.ts'
import type { Exchange } from './exchange.ts'
import { type ExchangeServer, startExchangeServer } from './testing/exchange-server.ts'
import { type RawConnection, rawConnection } from './testing/raw-connection.ts'

const mebibyte = 1024 * 1024
/** More than the kernel keeps for a connection. */
const endless = 24 * mebibyte
const get = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'

let server: ExchangeServer
let budget: ByteBudget
let bytes: number
let caller: string
let patience: number
/** Of those whose answers were kept. */
let kept: Exchange[]
let connections: RawConnection[]
beforeEach(async () => {
  budget = byteBudget(2 * endless, { what: 'answers' })
  bytes = endless
  caller = 'anybody'
  patience = 10_000
  kept = []
  connections = []
  server = await startExchangeServer((exchange) => {
    const answer = { status: 200, headers: {}, body: Buffer.alloc(bytes) }
    keepRoom(exchange, answer, budget, caller, patience)
    kept.push(exchange)
    return answer
  })
})
afterEach(async () => {
  for (const { socket } of connections) socket.destroy()
  await server.close(0)
  await Promise.all(kept.map(closed))
  assert.equal(budget.held, 0, 'everything is there again')
})

/** Somebody who reads no more than the beginning of the answer. */
async function ask(): Promise<string> {
  const made = await rawConnection(server.port)
  connections.push(made)
  made.write(get)
  const text = await made.until(/\r\n\r\n[\s\S]/)
  made.socket.pause()
  return /\r\n\r\nToo many.*/.exec(text)?.[0].trim() ?? 'kept'
}

async function closed({ response }: Exchange): Promise<void> {
  if (!response.closed) await once(response, 'close')
}

test('answers that nobody takes are kept as far as there is room, whoever asks, and until those who asked are gone', async () => {
  const told: string[] = []
  for (caller of ['a', 'b', 'c', 'd']) told.push(await ask())
  assert.deepEqual(told, ['kept', 'kept', 'Too many answers at one time.', 'Too many answers at one time.'])
  assert.equal(budget.held, 2 * endless)
  connections[0]!.socket.destroy()
  await closed(kept[0]!)
  assert.equal(budget.held, endless)
  assert.equal(await ask(), 'kept')
})

test('who holds most of it is told that it is its own doing', async () => {
  assert.deepEqual(
    [await ask(), await ask(), await ask()],
    ['kept', 'kept', 'Too many answers of this caller at one time.'],
  )
})

test('who takes nothing any more makes room where others need it', async () => {
  budget = byteBudget(endless, { what: 'answers' })
  patience = 0
  await ask()
  while ((await ask()) !== 'kept') assert.equal(kept.length, 1)
  await closed(kept[0]!)
  assert.equal(kept[0]!.response.writableFinished, false)
  assert.equal(budget.held, endless)
})

test('an answer that is larger than all the room gets through where it is alone', async () => {
  budget = byteBudget(mebibyte, { what: 'answers' })
  assert.equal(await ask(), 'kept')
  assert.equal(budget.held, mebibyte)
  assert.notEqual(await ask(), 'kept')
})

test('small answers are not counted', async () => {
  bytes = 256 * 1024
  await ask()
  assert.deepEqual([kept.length, budget.held], [1, 0])
})

/** What goes between the threads of a program: to each only what is for it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { BroadcastChannel, Worker } from 'node:worker_threads'
import type { FromSampled, ToSampled, WorkerData } from './messages.ts'

/** Joins the agent, and counts what comes to it on any channel; says how much when it is asked. */
const counting = `
  const threads = require('node:worker_threads')
  let received = 0
  threads.BroadcastChannel = class extends threads.BroadcastChannel {
    constructor(name) {
      super(name)
      this.addEventListener('message', () => received++)
    }
  }
  require('node:module').syncBuiltinESMExports()
  const { parentPort, workerData } = threads
  import(workerData.module).then(({ joinAgent }) => {
    joinAgent(workerData.agent)
    parentPort.on('message', () => parentPort.postMessage(received))
    parentPort.postMessage('joined')
  })
`

test('slices of workers go to the reporter alone, and what it orders to each worker', async (t) => {
  const agent: WorkerData = {
    ordersChannel: `orders-of-${process.pid}`,
    slicesChannel: `slices-of-${process.pid}`,
    intervalMicros: 10_000,
    heapAllocations: false,
    heapSummary: false,
  }
  const slices: FromSampled[] = []
  const [orders, toReporter] = [agent.ordersChannel, agent.slicesChannel].map(
    (name) => new BroadcastChannel(name),
  )
  toReporter!.onmessage = (event) => slices.push((event as { data: FromSampled }).data)
  t.after(() => {
    orders!.close()
    toReporter!.close()
  })
  const module = new URL('./worker-thread.ts', import.meta.url).href
  const workers = Array.from(
    { length: 8 },
    () => new Worker(counting, { eval: true, workerData: { agent, module } }),
  )
  t.after(() => Promise.all(workers.map((worker) => worker.terminate())))
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  for (let round = 1; round <= 3; round++) {
    orders!.postMessage({ kind: 'cut' } satisfies ToSampled)
    while (slices.length < round * workers.length) await once(toReporter!, 'message')
  }
  const received = workers.map(async (worker) => {
    worker.postMessage('how many?')
    return (await once(worker, 'message'))[0]
  })
  assert.deepEqual(
    await Promise.all(received),
    workers.map(() => 3),
  )
  assert.equal(slices.length, 3 * workers.length)
  assert.equal(new Set(slices.map(({ threadId }) => threadId)).size, workers.length)
})

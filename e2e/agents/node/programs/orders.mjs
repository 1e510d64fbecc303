/** Computes and waits in turn, in its main thread and in workers that come and go. argv: seconds. */
import { isMainThread, threadId, Worker } from 'node:worker_threads'

function priceOrders(milliseconds) {
  const end = performance.now() + milliseconds
  let sum = 0
  while (performance.now() < end) for (let i = 0; i < 1000; i++) sum = Math.sqrt(sum + i)
  return sum
}

function packParcels(milliseconds) {
  const end = performance.now() + milliseconds
  let sum = 0
  while (performance.now() < end) for (let i = 0; i < 1000; i++) sum = Math.cbrt(sum + i)
  return sum
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

if (isMainThread) {
  const end = performance.now() + 1000 * Number(process.argv[2] ?? 4)
  while (performance.now() < end) {
    const worker = new Worker(new URL(import.meta.url))
    const packed = new Promise((resolve) => worker.once('exit', resolve))
    priceOrders(300)
    await pause(200)
    await packed
  }
  console.log('orders are done')
} else {
  packParcels(400)
  await pause(50)
  if (threadId === 0) throw new Error('a worker is not the main thread')
}

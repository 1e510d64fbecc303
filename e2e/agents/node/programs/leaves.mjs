/** Says when, and ends in the way that argv names, while a worker computes a little at a time and would go on. */
import { isMainThread, Worker } from 'node:worker_threads'

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

function packParcels(milliseconds) {
  const end = performance.now() + milliseconds
  let sum = 0
  while (performance.now() < end) for (let i = 0; i < 1000; i++) sum = Math.cbrt(sum + i)
  return sum
}

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url))
  worker.unref()
  await pause(2500)
  console.log(Date.now())
  if (process.argv[2] === 'exit') process.exit()
  if (process.argv[2] === 'throw') throw new Error('thrown')
} else {
  for (;;) {
    packParcels(20)
    await pause(5)
  }
}

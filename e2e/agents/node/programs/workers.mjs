/** A worker that throws after some computing; argv: whether somebody listens for it. */
import { isMainThread, Worker } from 'node:worker_threads'

function compute(milliseconds) {
  const end = performance.now() + milliseconds
  let sum = 0
  while (performance.now() < end) for (let i = 0; i < 1000; i++) sum = Math.sqrt(sum + i)
  return sum
}

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url))
  worker.on('exit', (code) => console.log('worker', code))
  if (process.argv[2] === 'handled') worker.on('error', (error) => console.log(error.message))
  compute(200)
  await new Promise((resolve) => setTimeout(resolve, 2500))
  console.log('ready')
} else {
  compute(400)
  setTimeout(() => {
    throw new Error('the worker threw')
  }, 200)
}

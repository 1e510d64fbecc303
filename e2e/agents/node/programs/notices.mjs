/**
 * Starts the agent within a request, lets it report for some seconds, and prints what it could notice of it: requests through
 * its own `http`, threads, what keeps its loop alive, and whether the request's context is still held.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import http from 'node:http'
import { start } from '@wick/agent'

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
// Handles of Node's own, made when they are first looked at.
const streams = [process.stdout, process.stderr]
let requests = 0
let workers = 0
for (const name of ['request', 'get']) {
  const original = http[name]
  http[name] = (...args) => {
    requests++
    return original(...args)
  }
}
process.on('worker', () => workers++)
const storage = new AsyncLocalStorage()

function startInRequest() {
  const context = { request: 1 }
  storage.run(context, () => start())
  return new WeakRef(context)
}

const context = startInRequest()

function priceOrders(milliseconds) {
  const end = performance.now() + milliseconds
  let sum = 0
  while (performance.now() < end) for (let i = 0; i < 1000; i++) sum = Math.sqrt(sum + i)
  return sum
}

for (let i = 0; i < 50; i++) {
  priceOrders(40)
  await pause(40)
}
globalThis.gc()
await pause(20)
globalThis.gc()
const alive = process.getActiveResourcesInfo()
console.log(
  JSON.stringify({
    requests,
    workers,
    alive,
    streams: streams.length,
    isContextHeld: context.deref() !== undefined,
  }),
)
if (process.argv[2] === 'stop') {
  await start().stop()
  console.log('stopped')
}

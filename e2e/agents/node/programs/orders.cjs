/** The same in CommonJS, with the agent started in code. argv: seconds. */
const { start } = require('@wick/agent')
const { isMainThread, Worker } = require('node:worker_threads')

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

if (isMainThread) {
  const agent = start({ labels: { version: '2.4.1' } })
  if (start() !== agent) throw new Error('a second start is the first')
  const end = performance.now() + 1000 * Number(process.argv[2] ?? 4)
  const turn = () => {
    priceOrders(300)
    if (performance.now() < end) setTimeout(turn, 200)
    else console.log('orders are done')
  }
  new Worker(__filename)
  turn()
} else {
  packParcels(900)
}

/** A sandbox of Lambda: loads the function, calls it, waits as if frozen, and calls it again. Prints what came back. */
import { withProfiler } from '@wick/agent'

function priceOrders(milliseconds) {
  const end = performance.now() + milliseconds
  let sum = 0
  while (performance.now() < end) for (let i = 0; i < 1000; i++) sum = Math.sqrt(sum + i)
  return sum
}

function betweenCalls(milliseconds) {
  return priceOrdersOfNobody(milliseconds)
}

function priceOrdersOfNobody(milliseconds) {
  const end = performance.now() + milliseconds
  let sum = 0
  while (performance.now() < end) for (let i = 0; i < 1000; i++) sum = Math.cbrt(sum + i)
  return sum
}

const handler = withProfiler(async ({ order }) => {
  priceOrders(300)
  await new Promise((resolve) => setTimeout(resolve, 100))
  if (order === 5) throw new Error('sold out')
  return `order ${order}`
})

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
for (let order = 1; order <= 12; order++) {
  const context = {
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:shop',
    awsRequestId: `request-${order}`,
    getRemainingTimeInMillis: () => 10_000,
  }
  console.log(await handler({ order }, context).catch((error) => error.message))
  betweenCalls(50)
  await pause(100)
}
// As a sandbox ends: without a word.
process.kill(process.pid, 'SIGKILL')

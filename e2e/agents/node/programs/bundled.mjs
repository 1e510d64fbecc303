/** To be put into one file with its packages: starts the agent in code, answers a call of Lambda, has a worker, ends with 7. */
import { Worker } from 'node:worker_threads'
import { start, withProfiler } from '@wick/agent'

const agent = start()
const handler = withProfiler(async ({ order }) => `order ${order}`)
const context = { invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:shop' }

handler({ order: 1 }, context).then((answer) => {
  console.log(answer)
  new Worker('console.log("packed")', { eval: true }).on('exit', (code) => {
    console.log('worker', code, agent.isRunning ? 'profiled' : 'not profiled')
    process.exitCode = 7
  })
})

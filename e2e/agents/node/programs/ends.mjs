/**
 * Ends in the way that argv names, after some computing and waiting: long enough for the agent to have something to tell.
 */
import { fork } from 'node:child_process'

const [how = 'by itself', milliseconds = '2500'] = process.argv.slice(2)
process.on('beforeExit', () => console.log('before exit'))
process.on('exit', (code) => console.log('exit', code))

function compute(duration) {
  const end = performance.now() + duration
  let x = 0
  while (performance.now() < end) for (let i = 0; i < 1000; i++) x = Math.sqrt(x + i)
  return x
}

compute(Math.min(150, Number(milliseconds)))
await new Promise((resolve) => setTimeout(resolve, Number(milliseconds)))
console.log('ready')
if (how === 'exit 3') process.exit(3)
if (how === 'throw') {
  setTimeout(() => {
    throw new Error('thrown')
  })
}
if (how === 'reject') Promise.reject(new Error('rejected'))
if (how === 'wait') setTimeout(() => {}, 60_000)
if (how === 'fork')
  fork(import.meta.filename ?? process.argv[1], ['exit 3', '10']).on('exit', (code) =>
    console.log('child', code),
  )

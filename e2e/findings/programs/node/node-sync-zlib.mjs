/** Answers are compressed on the event loop. */
import { promisify } from 'node:util'
import { gzip, gzipSync } from 'node:zlib'
import { compute, hasProblem, repeat } from './support/load.mjs'

const answer = JSON.stringify(Array.from({ length: 2000 }, (_, id) => ({ id, customer: (id * 7919) % 1000 })))
const pooled = promisify(gzip)

async function inThreadPool() {
  const compressed = pooled(answer)
  compute(2)
  return (await compressed).length
}

await repeat(hasProblem ? () => gzipSync(answer).length : inThreadPool)

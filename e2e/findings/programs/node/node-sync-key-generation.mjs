/** A pair of keys is generated on the event loop. */
import { generateKeyPair, generateKeyPairSync } from 'node:crypto'
import { promisify } from 'node:util'
import { compute, hasProblem, repeat } from './support/load.mjs'

const pooled = promisify(generateKeyPair)

async function inThreadPool() {
  const pair = pooled('rsa', { modulusLength: 1024 })
  compute(20)
  return pair
}

await repeat(hasProblem ? () => generateKeyPairSync('rsa', { modulusLength: 1024 }) : inThreadPool)

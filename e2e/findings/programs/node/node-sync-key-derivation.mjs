/** A sign-in that hashes the password, on the event loop or in the thread pool. */
import { pbkdf2, pbkdf2Sync } from 'node:crypto'
import { promisify } from 'node:util'
import { compute, hasProblem, repeat } from './support/load.mjs'

const salt = Buffer.from('a salt of its own for each user')
const pooled = promisify(pbkdf2)

function onEventLoop() {
  return pbkdf2Sync('secret', salt, 20_000, 32, 'sha256')
}

async function inThreadPool() {
  const hash = pooled('secret', salt, 20_000, 32, 'sha256')
  // What the server does meanwhile.
  compute(5)
  return hash
}

await repeat(hasProblem ? onEventLoop : inThreadPool)

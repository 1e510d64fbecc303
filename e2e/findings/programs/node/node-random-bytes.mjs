/** A few random bytes for each identifier. */
import { randomBytes, randomUUID } from 'node:crypto'
import { hasProblem, repeat } from './support/load.mjs'

const ids = Array.from({ length: 100 })

await repeat(
  hasProblem ? () => ids.map(() => randomBytes(16).toString('hex')) : () => ids.map(() => randomUUID()),
)

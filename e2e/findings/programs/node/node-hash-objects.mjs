/** A hash object for each short text. */
import { createHash, hash } from 'node:crypto'
import { hasProblem, repeat } from './support/load.mjs'

const texts = Array.from({ length: 100 }, (_, i) => `order ${i}`)

await repeat(
  hasProblem
    ? () => texts.map((text) => createHash('sha256').update(text).digest('hex'))
    : () => texts.map((text) => hash('sha256', text)),
)

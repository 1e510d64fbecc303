/** Values are laid out for a log, whether or not its level is on. */
import { inspect } from 'node:util'
import { hasProblem, repeat } from './support/load.mjs'

const order = { id: 7, lines: Array.from({ length: 50 }, (_, i) => ({ sku: `sku-${i}`, count: i })) }
const isDebugging = false

function debug(text) {
  if (isDebugging) process.stderr.write(typeof text === 'function' ? text() : text)
}

await repeat(hasProblem ? () => debug(inspect(order)) : () => debug(() => inspect(order)))

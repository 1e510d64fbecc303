/** Objects are serialised to be compared. */
import { serialize } from 'node:v8'
import { hasProblem, repeat } from './support/load.mjs'

const order = { version: 7, lines: Array.from({ length: 100 }, (_, i) => ({ sku: `sku-${i}`, count: i })) }

await repeat(hasProblem ? () => serialize(order).length : () => order.version)

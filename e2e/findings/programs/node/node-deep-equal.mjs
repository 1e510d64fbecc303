/** Two states are compared down to their last value, to see whether something changed. */
import { isDeepStrictEqual } from 'node:util'
import { hasProblem, repeat } from './support/load.mjs'

const state = { version: 7, lines: Array.from({ length: 100 }, (_, i) => ({ sku: `sku-${i}`, count: i })) }
const same = structuredClone(state)

await repeat(hasProblem ? () => isDeepStrictEqual(state, same) : () => state.version === same.version)

/** A cache without a bound to its churn: entries live long enough to be moved, and die soon after. */
import { hasProblem, repeat } from './support/load.mjs'

const size = 1_000_000
const objects = new Array(size).fill(null)
const numbers = new Float64Array(size)
let next = 0

function kept(write) {
  for (let i = 0; i < 1000; i++) {
    next = (next + 7919) % size
    write(next)
  }
}

const asObject = (at) => {
  objects[at] = { at, price: { amount: at * 17, currency: 'EUR' }, tags: [at, at + 1] }
}
const asNumber = (at) => {
  numbers[at] = at * 17
}

await repeat(() => kept(hasProblem ? asObject : asNumber), 0)

/** A timer for each small piece of work, cleared before it fires. */
import { hasProblem, repeat } from './support/load.mjs'

function guarded(work) {
  const timer = setTimeout(() => process.exit(1), 10_000)
  try {
    return work()
  } finally {
    clearTimeout(timer)
  }
}

const price = () => Math.sqrt(17)

function many() {
  let total = 0
  for (let i = 0; i < 100; i++) total += guarded(price)
  return total
}

function guardedOnce() {
  return guarded(() => {
    let total = 0
    for (let i = 0; i < 100_000; i++) total += price()
    return total
  })
}

await repeat(hasProblem ? many : guardedOnce)

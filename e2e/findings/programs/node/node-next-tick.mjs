/** Each item is put off to the next tick. */
import { hasProblem, repeat } from './support/load.mjs'

async function sum(defer) {
  let total = 0
  await new Promise((done) => {
    let i = 0
    const step = () => {
      total += i
      if (++i === 1000) done()
      else defer(step)
    }
    step()
  })
  return total
}

await repeat(() => sum(hasProblem ? (step) => process.nextTick(step) : (step) => step()), 1)

/** Each request is marked in the timeline of performance, which keeps everything. */
import { hasProblem, repeat } from './support/load.mjs'

function price() {
  return Math.sqrt(17)
}

function timed() {
  performance.mark('begin')
  const found = price()
  performance.measure('price', 'begin')
  if (Math.random() < 0.001) {
    performance.clearMarks()
    performance.clearMeasures()
  }
  return found
}

function timedByHand() {
  const began = performance.now()
  const found = price()
  return performance.now() - began + found
}

await repeat(hasProblem ? timed : timedByHand)

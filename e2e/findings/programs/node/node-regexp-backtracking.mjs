/** An expression that tries every way of cutting a text that does not match. */
import { compute, hasProblem, repeat } from './support/load.mjs'

const ambiguous = /^(\w+\s?)+$/
const plain = /^\w+(?:\s\w+)*\s?$/
const text = 'the quick brown fox!'

function isPlain() {
  if (hasProblem) return ambiguous.test(text)
  // A search that ends soon, among other work.
  return plain.test(text) || compute(1) > 0
}

await repeat(isPlain)

/** A warning with each call of something old. */
import { hasProblem, repeat } from './support/load.mjs'

process.noDeprecation = true
process.removeAllListeners('warning')

function oldPrice(count) {
  if (hasProblem) process.emitWarning('oldPrice is going away: use price', 'ShopWarning')
  return count * 17
}

await repeat(() => oldPrice(3))

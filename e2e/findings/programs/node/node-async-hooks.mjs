/** A hook that sees every promise is left on. */
import { createHook } from 'node:async_hooks'
import { hasProblem, repeat } from './support/load.mjs'

const alive = new Set()
if (hasProblem) createHook({ init: (id) => alive.add(id), destroy: (id) => alive.delete(id) }).enable()

async function price(count) {
  return count * 17
}

async function total() {
  let sum = 0
  for (let i = 0; i < 100; i++) sum += await price(i)
  return sum
}

await repeat(total)

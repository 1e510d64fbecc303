/** Defaults are cloned as deep as they go, for one value to be set. */
import { hasProblem, repeat } from './support/load.mjs'

const defaults = {
  limits: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`limit-${i}`, [i, i * 2]])),
}

await repeat(
  hasProblem
    ? () => Object.assign(structuredClone(defaults), { user: 'ada' }).user
    : () => ({ ...defaults, user: 'ada' }).user,
)

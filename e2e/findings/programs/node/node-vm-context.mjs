/** A rule is run in a context of its own, made for each evaluation. */
import { createContext, runInNewContext, Script } from 'node:vm'
import { hasProblem, repeat } from './support/load.mjs'

const context = createContext({ count: 3 })
const rule = new Script('count * 17')

await repeat(
  hasProblem ? () => runInNewContext('count * 17', { count: 3 }) : () => rule.runInContext(context),
)

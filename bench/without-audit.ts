/**
 * Loaded into a server (`node --import`) to measure what its audit trail costs: in it nothing is recorded of calls that change
 * nothing in the catalog. The product has no such switch.
 */
import { registerHooks } from 'node:module'

const nothing =
  'const nothing = async () => {}; export const auditTrail = () => ({ record: nothing, flush: nothing, close: nothing })'

registerHooks({
  load: (url, context, next) =>
    url.endsWith('/packages/server/src/audit/trail.ts')
      ? { format: 'module', source: nothing, shortCircuit: true }
      : next(url, context),
})

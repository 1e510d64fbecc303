/**
 * The agent's timers and requests carry no context of the program (`AsyncLocalStorage`): one that the agent took along would
 * live as long as the agent, with the request that it is of.
 */
import { AsyncResource } from 'node:async_hooks'

/** Made when the package is loaded: no request runs then. */
const own = new AsyncResource('WickAgent')

/** What is begun in `action` has the context in which this package was loaded. */
export function inOwnContext<Result>(action: () => Result): Result {
  return own.runInAsyncScope(action)
}

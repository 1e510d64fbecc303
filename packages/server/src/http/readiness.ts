import type { StoreHealth } from '../storage/ports.ts'

/** Whether profiles are accepted and kept; why not. */
export interface Readiness {
  readonly isReady: boolean
  readonly reason: string | null
}

export interface Asked {
  readonly isStopping: () => boolean
  /** Any question that reads the catalog. */
  readonly askCatalog: () => Promise<unknown>
  readonly askStore: () => Promise<StoreHealth>
}

/** A disk that hangs answers nothing at all, and whoever watches would learn no reason. */
const patienceMilliseconds = 5000

/** @param patience milliseconds after which a part that has said nothing is taken for one that does not answer */
export async function readinessOf(parts: Asked, patience = patienceMilliseconds): Promise<Readiness> {
  if (parts.isStopping()) return notReady('the server is stopping')
  const [catalog, health] = await Promise.all([
    within(parts.askCatalog(), patience),
    within(parts.askStore(), patience),
  ])
  if (catalog === null) return notReady('the catalog does not answer')
  if (health === null) return notReady('the store does not answer')
  return { isReady: health.answer.isWritable, reason: health.answer.reason }
}

/** The answer; null where there is none in time, or an error. */
async function within<T>(asked: Promise<T>, milliseconds: number): Promise<{ readonly answer: T } | null> {
  const late = Promise.withResolvers<null>()
  const timer = setTimeout(late.resolve, milliseconds, null)
  try {
    return await Promise.race([asked.then((answer) => ({ answer })), late.promise])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}

function notReady(reason: string): Readiness {
  return { isReady: false, reason }
}

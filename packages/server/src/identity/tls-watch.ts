import { stat } from 'node:fs/promises'
import type { TlsMaterial } from './tls-material.ts'

export interface TlsWatchOptions {
  /** What is in use at the beginning. */
  readonly current: TlsMaterial
  /** Reads the files anew, and renews what is ours to renew. @throws StartupError where they cannot be used */
  readonly load: () => Promise<TlsMaterial>
  /** There is another certificate, and it is good. */
  readonly onChange: (material: TlsMaterial) => void
  /** What there is cannot be used; the one in use stays. */
  readonly onTrouble: (message: string) => void
  /** Told once a day of a certificate that ends within 30 days and is not ours to renew. */
  readonly onEnding: (days: number) => void
  readonly now: () => number
  readonly periodMilliseconds?: number
}

export interface TlsWatch {
  /** Looks at once, also at files that seem unchanged. */
  reload(): Promise<void>
  close(): Promise<void>
}

const standardPeriod = 10_000
const day = 24 * 60 * 60 * 1000
const endingWithin = 30 * day

/**
 * Looks every few seconds whether somebody has replaced the certificate or its key, and once a day in any case. A pair that
 * cannot be used, for example one of which only one half is new, changes nothing.
 */
export function watchTls(options: TlsWatchOptions): TlsWatch {
  const { load, onChange, onTrouble, onEnding, now } = options
  let { current } = options
  let seen: string | null = null
  let nextDay = now() + day
  let running: Promise<void> = Promise.resolve()

  const reload = async (): Promise<void> => {
    try {
      const found = await load()
      if (found.certificate !== current.certificate || found.key !== current.key) {
        current = found
        onChange(found)
      }
    } catch (error) {
      onTrouble((error as Error).message)
    }
    seen = await stateOf(current)
  }
  const tellEnding = (): void => {
    const left = current.endsAt - now()
    if (left < endingWithin) onEnding(Math.max(0, Math.floor(left / day)))
  }
  const look = async (): Promise<void> => {
    const state = await stateOf(current)
    seen ??= state
    const isNewDay = now() >= nextDay
    if (state === seen && !isNewDay) return
    await reload()
    if (!isNewDay) return
    nextDay = now() + day
    tellEnding()
  }
  const inTurn = (step: () => Promise<void>): Promise<void> => {
    running = running.then(step)
    return running
  }

  tellEnding()
  const first = inTurn(look)
  const timer = setInterval(() => void inTurn(look), options.periodMilliseconds ?? standardPeriod)
  timer.unref()
  return {
    reload: () => inTurn(reload),
    close: async () => {
      clearInterval(timer)
      await first
      await running
    },
  }
}

/** Changes whenever one of the two files does. */
async function stateOf({ files: { certificate, key } }: TlsMaterial): Promise<string> {
  const states = [certificate, key].map(async (file) => {
    const found = await stat(file).catch(() => null)
    return found === null ? 'none' : `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`
  })
  return (await Promise.all(states)).join(', ')
}

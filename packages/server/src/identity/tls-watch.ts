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
  let lookedAt = now()
  let running: Promise<void> = Promise.resolve()

  const reload = async (): Promise<void> => {
    // Before they are read: what is replaced meanwhile is seen at the next look.
    seen = await stateOf(current)
    try {
      const found = await load()
      if (found.certificate !== current.certificate || found.key !== current.key) {
        current = found
        onChange(found)
      }
    } catch (error) {
      onTrouble((error as Error).message)
    }
  }
  const tellEnding = (): void => {
    const left = current.endsAt - now()
    if (left < endingWithin) onEnding(Math.max(0, Math.floor(left / day)))
  }
  const look = async (): Promise<void> => {
    // A clock that was set back may have been ahead for long, and have renewed what is not valid yet.
    const isDue = now() >= lookedAt + day || now() < lookedAt
    if (!isDue && (await stateOf(current)) === seen) return
    await reload()
    if (!isDue) return
    lookedAt = now()
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

import { type MessagePort, Worker } from 'node:worker_threads'
import { connect } from '../../threads/rpc.ts'
import type { Catalog } from '../catalog.ts'

/** What the thread is started with. */
export interface CatalogThreadData {
  readonly file: string
  readonly manifestPort: MessagePort | null
}

export interface CatalogThreadOptions {
  /** Called when the thread ends although nobody closed the catalog: from then on it refuses every call. */
  readonly onFatal?: (message: string) => void
  /** One end of a channel, for the thread to serve the manifest on; it is closed when the thread ends. */
  readonly manifestPort?: MessagePort
}

/**
 * Opens the catalog in a thread of its own.
 *
 * @throws Error named DatabaseInUse, DatabaseTooNew or DatabaseDamaged, or SQLite's or the file system's own
 */
export function startCatalogThread(
  file: string,
  { onFatal = () => {}, manifestPort }: CatalogThreadOptions = {},
): Promise<Catalog> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./catalog-thread.ts', import.meta.url), {
      workerData: { file, manifestPort: manifestPort ?? null } satisfies CatalogThreadData,
      transferList: manifestPort === undefined ? [] : [manifestPort],
    })
    let state: 'opening' | 'open' | 'closed' = 'opening'
    const { api, terminate } = connect<Catalog>(worker, (event, value) => {
      if (event === 'failed') {
        state = 'closed'
        reject(Object.assign(new Error(), value))
      } else {
        state = 'open'
        resolve(catalog)
      }
    })
    const ended = (message: string): void => {
      if (state === 'opening') reject(new Error(message))
      if (state === 'open') onFatal(message)
      state = 'closed'
    }
    worker.on('error', (error) => ended(error instanceof Error ? error.message : String(error)))
    worker.on('exit', (code) => ended(`the catalog thread ended (${code})`))

    let closing: Promise<void> | null = null
    const close = async (): Promise<void> => {
      state = 'closed'
      await api.close().finally(terminate)
    }
    const catalog = new Proxy(api, {
      get: (target, name) => (name === 'close' ? () => (closing ??= close()) : Reflect.get(target, name)),
    })
  })
}

import { Worker } from 'node:worker_threads'
import { connect } from '../../threads/rpc.ts'
import type { Catalog } from '../catalog.ts'

/**
 * Opens the catalog in a thread of its own.
 *
 * @throws Error named DatabaseInUse or DatabaseTooNew, or SQLite's own
 */
export function startCatalogThread(file: string): Promise<Catalog> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./catalog-thread.ts', import.meta.url), { workerData: { file } })
    worker.once('error', reject)
    const { api, terminate } = connect<Catalog>(worker, (event, value) => {
      if (event === 'failed') reject(Object.assign(new Error(), value))
      else resolve(closing)
    })
    const close = async (): Promise<void> => {
      await api.close()
      await terminate()
    }
    const closing = new Proxy(api, {
      get: (target, name) => (name === 'close' ? close : Reflect.get(target, name)),
    })
  })
}

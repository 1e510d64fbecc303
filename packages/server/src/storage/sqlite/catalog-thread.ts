/** The worker thread that owns SQLite: its calls are synchronous, and here they block nobody. */
import { parentPort, workerData } from 'node:worker_threads'
import { serve } from '../../threads/rpc.ts'
import { openDatabase } from './open-database.ts'
import { sqliteCatalog } from './sqlite-catalog.ts'

try {
  serve(parentPort!, sqliteCatalog(openDatabase((workerData as { file: string }).file)))
  parentPort!.postMessage({ event: 'ready', value: null })
} catch (error) {
  const { name, message } = error as Error
  parentPort!.postMessage({ event: 'failed', value: { name, message } })
  parentPort!.close()
}

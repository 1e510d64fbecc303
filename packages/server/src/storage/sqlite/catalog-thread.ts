/** The worker thread that owns SQLite: its calls are synchronous, and here they block nobody. */
import { parentPort, workerData } from 'node:worker_threads'
import { emit, serve } from '../../threads/rpc.ts'
import { openDatabase } from './open-database.ts'
import { sqliteCatalog } from './sqlite-catalog.ts'

const port = parentPort!
try {
  serve(port, sqliteCatalog(openDatabase((workerData as { file: string }).file)))
  emit(port, 'ready', null)
} catch (error) {
  const { name, message, code } = error as NodeJS.ErrnoException
  emit(port, 'failed', { name, message, code })
  port.close()
}

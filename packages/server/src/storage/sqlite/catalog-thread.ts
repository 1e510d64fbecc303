/** The worker thread that owns SQLite: its calls are synchronous, and here they block nobody. */
import { parentPort, workerData } from 'node:worker_threads'
import { emit, serve } from '../../threads/rpc.ts'
import { openDatabase } from './open-database.ts'
import { sqliteCatalog } from './sqlite-catalog.ts'
import { sqliteManifest } from './sqlite-manifest.ts'
import type { CatalogThreadData } from './start-catalog-thread.ts'

const port = parentPort!
const { file, manifestPort } = workerData as CatalogThreadData
try {
  const database = openDatabase(file)
  serve(port, sqliteCatalog(database))
  if (manifestPort !== null) serve(manifestPort, sqliteManifest(database))
  emit(port, 'ready', null)
} catch (error) {
  const { name, message, code } = error as NodeJS.ErrnoException
  emit(port, 'failed', { name, message, code })
  manifestPort?.close()
  port.close()
}

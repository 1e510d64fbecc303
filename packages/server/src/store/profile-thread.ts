/** The worker thread that owns the journal: decoding, writing and adding up happen here. */
import { parentPort, workerData } from 'node:worker_threads'
import { openDirectoryBlobs } from '../storage/files/directory-blobs.ts'
import { openLocalJournal } from '../storage/files/local-journal.ts'
import { realFiles } from '../storage/files/real-files.ts'
import type { Manifest } from '../storage/manifest.ts'
import type { ProfileStore } from '../storage/ports.ts'
import { letGo } from '../threads/let-go.ts'
import { connectPort, emit, serve } from '../threads/rpc.ts'
import { openProfileStore } from './profile-store.ts'
import type { ProfileThreadData } from './start-profile-thread.ts'

/** How often the store looks for windows that are over. */
const maintainMilliseconds = 10_000

const port = parentPort!
const { directory, blobs, manifestPort, ...options } = workerData as ProfileThreadData
const manifest = connectPort<Manifest>(manifestPort)
try {
  const store = await openProfileStore({
    ...options,
    journal: await openLocalJournal(realFiles, directory),
    blobs: await openDirectoryBlobs(realFiles, blobs),
    manifest: manifest.api,
    now: Date.now,
    onDamage: (damage) => emit(port, 'damage', { ...damage, file: pathOf(damage.file) }),
    onNotice: (message) => emit(port, 'notice', message),
    onFatal: (error) => emit(port, 'fatal', error.message),
  })
  serve(port, {
    addGroup: store.addGroup.bind(store),
    removeGroup: store.removeGroup.bind(store),
    post: async (post) => {
      try {
        return await store.post(post)
      } finally {
        letGo(post.body)
      }
    },
    importFile: async (file) => {
      try {
        return await store.importFile(file)
      } finally {
        letGo(file.body)
      }
    },
    importChunk: async (chunk) => {
      try {
        return await store.importChunk(chunk)
      } finally {
        letGo(chunk.chunk)
      }
    },
    archive: store.archive.bind(store),
    verify: store.verify.bind(store),
    stats: store.stats.bind(store),
    profile: store.profile.bind(store),
    tree: store.tree.bind(store),
    search: store.search.bind(store),
    recommendations: store.recommendations.bind(store),
    fleet: store.fleet.bind(store),
    series: store.series.bind(store),
    heap: store.heap.bind(store),
    windows: store.windows.bind(store),
    keptSince: store.keptSince.bind(store),
    deletePeriod: store.deletePeriod.bind(store),
    status: store.status.bind(store),
    maintain: store.maintain.bind(store),
    seal: store.seal.bind(store),
    health: store.health.bind(store),
    close: store.close.bind(store),
  } satisfies ProfileStore)
  let isMaintaining = false
  const maintain = async (): Promise<void> => {
    if (isMaintaining) return
    isMaintaining = true
    try {
      await store.maintain()
    } catch (error) {
      // Nothing is lost: segments go on answering, and it is tried again.
      emit(port, 'trouble', (error as Error).message)
    } finally {
      isMaintaining = false
    }
  }
  setInterval(() => void maintain(), maintainMilliseconds)
  setInterval(() => emit(port, 'memory', store.held()), 1000)
  emit(port, 'ready', null)
} catch (error) {
  emit(port, 'failed', (error as Error).message)
  manifest.close()
  port.close()
}

/** Blobs have keys with a slash, segments plain names. */
function pathOf(file: string): string {
  return file.includes('/') ? `${blobs}/${file}` : `${directory}/${file}.wickseg`
}

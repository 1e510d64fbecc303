import { dirname } from 'node:path'
import type { BlobStore, FileLayer } from '../ports.ts'
import { synced, written } from './durable-steps.ts'

/** A part of a key. It names a file, so nothing in it may lead elsewhere. */
const part = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/

/** Where copies of what is damaged are kept. */
const quarantine = 'quarantine'

/**
 * Objects as files: the key is the path below `directory`.
 *
 * @param directory is made where missing; what it lies in is there durably
 */
export async function openDirectoryBlobs(files: FileLayer, directory: string): Promise<BlobStore> {
  await files.makeDirectory(directory)
  // What an earlier start made may not be durable yet: it may have been cut off between making and syncing.
  await files.syncDirectory(dirname(directory))
  await files.syncDirectory(directory)
  const subdirectory = (name: string): string => `${directory}/${checked(name)}`
  const fileOf = (key: string): string => {
    const parts = key.split('/')
    if (parts.length !== 2) throw invalid(key)
    return `${subdirectory(parts[0]!)}/${checked(parts[1]!)}`
  }

  /** Subdirectories that are durable, or are being made so. */
  const durable = new Map<string, Promise<void>>()
  for (const name of await files.list(directory)) durable.set(`${directory}/${name}`, Promise.resolve())
  const ensured = (path: string): Promise<void> => {
    const known = durable.get(path)
    if (known !== undefined) return known
    const making = written(() => files.makeDirectory(path)).then(() =>
      synced(() => files.syncDirectory(directory)),
    )
    durable.set(path, making)
    making.catch(() => durable.delete(path))
    return making
  }

  const put = async (file: string, bytes: Uint8Array): Promise<void> => {
    await ensured(dirname(file))
    const handle = await written(() => files.create(file))
    try {
      await written(() => handle.append([bytes]))
      await synced(() => handle.sync())
      await synced(() => files.syncDirectory(dirname(file)))
    } catch (error) {
      // Best effort: nothing refers to what stays behind.
      await files.remove(file).catch(() => {})
      throw error
    } finally {
      await handle.close().catch(() => {})
    }
  }

  const list = async (name: string): Promise<string[]> => {
    const names = await files.list(subdirectory(name))
    return names
      .filter((file) => part.test(file))
      .sort()
      .map((file) => `${name}/${file}`)
  }

  /** Null where it was removed meanwhile. */
  const sizeOf = (file: string): Promise<number | null> => unlessMissing(() => files.size(file))

  return {
    put: async (key, bytes) => put(fileOf(key), bytes),
    get: async (key, from = 0, to = Number.POSITIVE_INFINITY) =>
      unlessMissing(() => files.read(fileOf(key), from, to)),
    remove: async (key) => files.remove(fileOf(key)),
    directories: async () =>
      (await files.list(directory)).filter((name) => part.test(name) && name !== quarantine).sort(),
    setAside: async (key) => {
      const bytes = await unlessMissing(() => files.read(fileOf(key), 0, Number.POSITIVE_INFINITY))
      if (bytes === null) return
      const aside = `${directory}/${quarantine}/${key.replace('/', '.')}`
      await files.remove(aside)
      await put(aside, bytes)
    },
    list,
    sizes: async (name) => {
      const sizes = new Map<string, number>()
      for (const key of await list(name)) {
        const bytes = await sizeOf(fileOf(key))
        if (bytes !== null) sizes.set(key, bytes)
      }
      return sizes
    },
  }
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function checked(name: string): string {
  if (!part.test(name) || name === quarantine) throw invalid(name)
  return name
}

function invalid(key: string): Error {
  return new RangeError(`not a key of a blob: ${JSON.stringify(key)}`)
}

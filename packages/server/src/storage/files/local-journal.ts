import { dirname } from 'node:path'
import {
  type AppendFile,
  type FileLayer,
  type Journal,
  type SegmentWriter,
  StorageWriteError,
} from '../ports.ts'
import { synced, written } from './durable-steps.ts'

const extension = '.wickseg'

/**
 * Segments as files of one directory; what is cut off one goes to its subdirectory `quarantine`.
 *
 * @param directory is made where missing; what it lies in is there durably
 */
export async function openLocalJournal(files: FileLayer, directory: string): Promise<Journal> {
  const quarantine = `${directory}/quarantine`
  await files.makeDirectory(quarantine)
  // Also where they were there: the start that made them may have been cut off before this.
  await files.syncDirectory(dirname(directory))
  await files.syncDirectory(directory)
  const fileOf = (segment: string): string => `${directory}/${segment}${extension}`

  return {
    segments: async () => {
      const names = (await files.list(directory)).filter((name) => name.endsWith(extension))
      return names.map((name) => name.slice(0, -extension.length)).sort()
    },
    size: (segment) => files.size(fileOf(segment)),
    read: (segment, from, to) => files.read(fileOf(segment), from, to),
    create: async (segment, header) => {
      const file = await written(() => files.create(fileOf(segment)))
      const writer = segmentWriter(file)
      try {
        await writer.append([header])
        await synced(() => files.syncDirectory(directory))
      } catch (error) {
        await file.close().catch(() => {})
        // Best effort: an empty segment that stays behind is read as one without records.
        if (error instanceof StorageWriteError) await files.remove(fileOf(segment)).catch(() => {})
        throw error
      }
      return writer
    },
    cut: async (segment, length) => {
      const aside = `${quarantine}/${segment}.from-${length}`
      const tail = await files.read(fileOf(segment), length, await files.size(fileOf(segment)))
      // A disk that was full before the first byte of a batch.
      if (tail.length === 0) return
      await files.remove(aside)
      await using copy = closing(await files.create(aside))
      await copy.append([tail])
      await copy.sync()
      await files.syncDirectory(quarantine)
      await files.truncate(fileOf(segment), length)
    },
    remove: async (segment) => {
      await files.remove(fileOf(segment))
      await files.syncDirectory(directory)
    },
  }
}

function segmentWriter(file: AppendFile): SegmentWriter {
  return {
    append: async (batch) => {
      await written(() => file.append(batch))
      await synced(() => file.sync())
    },
    close: () => file.close(),
  }
}

/** Closed at the end of its scope, whatever happens in it. */
function closing(file: AppendFile): AppendFile & AsyncDisposable {
  return { ...file, [Symbol.asyncDispose]: () => file.close() }
}

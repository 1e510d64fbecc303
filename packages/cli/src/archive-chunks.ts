import { open } from 'node:fs/promises'

/** What this program knows of an archive (docs/formats.md): its chunks, one after another. The rest is the server's. */
const frameLength = 8
const kindAt = 8
const numberAt = 9
const headerLength = 17
const [aboutKind, recordsKind, endKind] = [0, 1, 2]
/** The server takes no larger ones. */
const maxChunkBytes = 1024 * 1024 * 1024

/** A file that is no archive, or none from some place on. The message names it. */
export class ArchiveFileError extends Error {
  override readonly name = 'ArchiveFileError'
}

/** The chunks of an archive, in their order. @throws ArchiveFileError after the last whole one where the file is none or was cut off */
export async function* archiveChunks(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file)
  try {
    let at = 0
    for (let number = 0; ; number++) {
      const head = await read(headerLength)
      if (head === null) throw new ArchiveFileError(number === 0 ? noArchive(file) : cutOff(file))
      const length = head.readUInt32LE(0) + frameLength
      const kind = head[kindAt]!
      if ((kind === aboutKind) !== (number === 0) || length < headerLength || length > maxChunkBytes)
        throw new ArchiveFileError(number === 0 ? noArchive(file) : damaged(file, at))
      if (head.readUInt32LE(numberAt) !== number) throw new ArchiveFileError(damaged(file, at))
      const chunk = await read(length)
      if (chunk === null) throw new ArchiveFileError(cutOff(file))
      if (kind === endKind) return
      if (kind === aboutKind || kind === recordsKind) yield chunk
      at += length
    }

    async function read(length: number): Promise<Buffer | null> {
      const buffer = Buffer.alloc(length)
      const { bytesRead } = await handle.read(buffer, 0, length, at)
      return bytesRead === length ? buffer : null
    }
  } finally {
    await handle.close()
  }
}

function noArchive(file: string): string {
  return `${file} is no archive of Wick.`
}

function cutOff(file: string): string {
  return `${file} was cut off: what is whole of it was imported.`
}

function damaged(file: string, at: number): string {
  return `${file} is damaged at byte ${at}: what is before it was imported.`
}

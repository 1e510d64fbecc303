import { open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { ImportFileError, unreadable } from './import-file-error.ts'

/** What this program knows of an archive (docs/formats.md): its chunks, one after another. The rest is the server's. */
const frameLength = 8
const kindAt = 8
const numberAt = 9
const headerLength = 17
const [aboutKind, endKind] = [0, 2]
/** The server takes no larger ones. */
const maxChunkBytes = 1024 * 1024 * 1024

/**
 * The chunks of an archive, in their order, but for the end. Also those that are damaged or of a kind that is not known: the server
 * says what is wrong with them.
 *
 * @throws ImportFileError after the last whole one where the file is none, was cut off, goes on behind its end or cannot be read
 */
export async function* archiveChunks(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file).catch(unreadable(file))
  try {
    const { size } = await handle.stat()
    let at = 0
    for (let number = 0; ; number++) {
      const head = await read(headerLength)
      if (head === null) throw new ImportFileError(number === 0 ? noArchive(file) : cutOff(file))
      const length = head.readUInt32LE(0) + frameLength
      const kind = head[kindAt]!
      if ((kind === aboutKind) !== (number === 0) || length < headerLength || length > maxChunkBytes)
        throw new ImportFileError(number === 0 ? noArchive(file) : damaged(file, at))
      if (head.readUInt32LE(numberAt) !== number) throw new ImportFileError(damaged(file, at))
      const chunk = await read(length)
      if (chunk === null) throw new ImportFileError(cutOff(file))
      at += length
      // One that only seems to be the end was something else, and more may follow.
      if (kind === endKind && isAsWritten(chunk)) {
        if (at < size) throw new ImportFileError(longer(file, at))
        return
      }
      yield chunk
    }

    async function read(length: number): Promise<Buffer | null> {
      // Before there is memory for it: a length that is damaged may be any.
      if (at + length > size) return null
      const buffer = Buffer.alloc(length)
      const { bytesRead } = await handle.read(buffer, 0, length, at).catch(unreadable(file))
      return bytesRead === length ? buffer : null
    }
  } finally {
    await handle.close()
  }
}

function isAsWritten(chunk: Buffer): boolean {
  return chunk.readUInt32LE(4) === crc32(chunk.subarray(frameLength))
}

function noArchive(file: string): string {
  return `${file} is no archive of Wick.`
}

function cutOff(file: string): string {
  return `${file} was cut off: what is whole of it was imported.`
}

function longer(file: string, at: number): string {
  return `${file} goes on behind its end, at byte ${at}: what is before it was imported.`
}

function damaged(file: string, at: number): string {
  return `${file} is damaged at byte ${at}: what is before it was imported.`
}

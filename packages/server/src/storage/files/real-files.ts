import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import type { FileLayer } from '../ports.ts'

/** The operating system's files. */
export const realFiles: FileLayer = {
  makeDirectory: async (path) => void (await mkdir(path, { recursive: true, mode: 0o700 })),
  list: async (directory) => {
    try {
      return await readdir(directory)
    } catch (error) {
      if (isNoDirectory(error)) return []
      throw error
    }
  },
  size: async (file) => (await stat(file)).size,
  read: async (file, from, to) => {
    await using handle = await open(file, 'r')
    const buffer = new Uint8Array(Math.max(0, Math.min(to, (await handle.stat()).size) - from))
    let filled = 0
    while (filled < buffer.length) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, from + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return buffer.subarray(0, filled)
  },
  create: async (file) => {
    const handle = await open(file, 'ax', 0o600)
    return {
      append: async (parts) => {
        let left = parts.filter((part) => part.length > 0)
        // A full disk can take a part of it: what follows must fail loudly, not be left out.
        while (left.length > 0) left = without(left, (await handle.writev(left)).bytesWritten)
      },
      sync: () => handle.datasync(),
      close: () => handle.close(),
    }
  },
  truncate: async (file, length) => {
    await using handle = await open(file, 'r+')
    await handle.truncate(length)
    await handle.sync()
  },
  remove: (file) => rm(file, { force: true }),
  syncDirectory: async (directory) => {
    await using handle = await open(directory, 'r')
    await handle.sync()
  },
}

function isNoDirectory(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** What is left of `parts` after its first `written` bytes. */
function without(parts: readonly Uint8Array[], written: number): Uint8Array[] {
  if (written === 0) throw Object.assign(new Error('the disk took nothing'), { code: 'EIO' })
  const left: Uint8Array[] = []
  let skip = written
  for (const part of parts) {
    if (skip < part.length) left.push(part.subarray(skip))
    skip = Math.max(0, skip - part.length)
  }
  return left
}

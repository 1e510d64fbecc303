/**
 * Files that are there whole or not at all, also after a power cut: written aside, synced, put in place, the directory
 * synced. All functions throw a StartupError in plain words, because a server that cannot write these cannot start.
 */
import { randomBytes } from 'node:crypto'
import { link, lstat, mkdir, open, rename, rm, unlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { StartupError } from '../startup-error.ts'

/** Makes or replaces a file. */
export async function writeDurably(file: string, content: string | Uint8Array, mode: number): Promise<void> {
  await explained(file, async () => {
    const aside = asideOf(file)
    // Left over from a start that was cut off; it may be read-only.
    await rm(aside, { force: true })
    await writeSynced(aside, content, mode)
    await rename(aside, file)
    await syncDirectory(dirname(file))
  })
}

/** Where `writeDurably` writes first, and a start that was cut off leaves something. */
export function asideOf(file: string): string {
  return `${file}.new`
}

/** Makes a file; one that is there already, or is made meanwhile by somebody else, is never replaced. */
export async function createDurably(file: string, content: string | Uint8Array, mode: number): Promise<void> {
  await explained(file, async () => {
    const aside = `${file}.${randomBytes(4).toString('hex')}.new`
    try {
      await writeSynced(aside, content, mode)
      // Unlike renaming, linking fails where the name is taken (as O_EXCL does), and never shows half a file.
      await link(aside, file)
    } finally {
      await rm(aside, { force: true })
    }
    await syncDirectory(dirname(file))
  })
}

export async function moveDurably(from: string, to: string): Promise<void> {
  await explained(to, async () => {
    await rename(from, to)
    await syncDirectory(dirname(to))
  })
}

/** A file that is not there counts as removed. */
export async function removeDurably(file: string): Promise<void> {
  // Looked at first: a file system that is read-only refuses to remove also what is not there.
  if (await isMissing(file)) return
  try {
    await unlink(file)
    await syncDirectory(dirname(file))
  } catch (error) {
    throw new StartupError(`${file} cannot be removed: ${reasonOf(error as Error)}.`)
  }
}

async function isMissing(file: string): Promise<boolean> {
  return lstat(file).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  )
}

/** Makes a directory that only its owner can enter, and what is missing above it. One that exists is left as it is. */
export async function makeDirectory(path: string): Promise<void> {
  await explained(path, async () => {
    const first = await mkdir(path, { recursive: true, mode: 0o700 })
    if (first === undefined) return
    const top = dirname(resolve(first))
    for (let made = dirname(resolve(path)); made.length >= top.length; made = dirname(made)) {
      await syncDirectory(made)
      if (made === top) break
    }
  })
}

async function writeSynced(file: string, content: string | Uint8Array, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

async function explained(path: string, action: () => Promise<void>): Promise<void> {
  try {
    await action()
  } catch (error) {
    throw new StartupError(`${path} cannot be written: ${reasonOf(error as Error)}.`)
  }
}

/** Why the operating system refused, in words that complete "cannot be written: …". */
export function reasonOf(error: Error): string {
  return reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? error.message
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user has no permission',
  EPERM: 'this user has no permission',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's disk quota is used up",
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'a part of the path is a file, not a directory',
  EISDIR: 'it is a directory',
  EEXIST: 'there is something else of that name',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the disk reports an error',
}

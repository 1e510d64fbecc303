/** The disk as this process sees it, with operations that fail. For tests. */
import fs, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

export interface FailingDisk {
  /** Operations so far that change something or make it durable, in order: `write`, `sync`, `rename` … */
  readonly trace: readonly string[]
  /** An operation of something else on the same disk. */
  operate(name: string): void
}

/**
 * Runs something while the operation of this number fails (from 1), and with `isCut` all that follow it, as if the process
 * had ended before it.
 */
export async function onFailingDisk<T>(
  { failing, isCut }: { readonly failing: number; readonly isCut: boolean },
  run: (disk: FailingDisk) => Promise<T>,
): Promise<T> {
  const trace: string[] = []
  const operate = (name: string): void => {
    trace.push(name)
    const isFailing = isCut ? trace.length >= failing : trace.length === failing
    if (isFailing) throw Object.assign(new Error('i/o error'), { code: 'EIO' })
  }
  const real = { ...fs }
  for (const name of ['rename', 'link', 'rm', 'unlink', 'mkdir', 'writeFile'] as const) {
    const action = real[name] as (...args: readonly unknown[]) => Promise<unknown>
    const counted = async (...args: readonly unknown[]): Promise<unknown> => {
      operate(name)
      return action(...args)
    }
    Object.assign(fs, { [name]: counted })
  }
  const open = async (...args: Parameters<typeof fs.open>): Promise<FileHandle> => {
    if (args[1] !== undefined) operate('create')
    const handle = await real.open(...args)
    const { writeFile, sync } = handle
    handle.writeFile = async (...parts) => {
      operate('write')
      return writeFile.apply(handle, parts)
    }
    handle.sync = async () => {
      operate('sync')
      return sync.apply(handle)
    }
    return handle
  }
  Object.assign(fs, { open })
  syncBuiltinESMExports()
  try {
    return await run({ trace, operate })
  } finally {
    Object.assign(fs, real)
    syncBuiltinESMExports()
  }
}

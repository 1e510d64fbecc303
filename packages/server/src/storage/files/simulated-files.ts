import { posix } from 'node:path'
import type { AppendFile, FileLayer } from '../ports.ts'

/**
 * Files in memory, for tests: an operation can be made to fail, and the power can be cut after any of them. What a disk
 * promises is modelled, and no more: appended bytes are safe once the file was synced; that a file or a directory is there,
 * or is there no longer, once the directory it lies in was. Everything else is up to the fate chosen for the cut.
 */

/** What becomes of what was not synced: all of it is kept, none is, or some of it is there and garbled. */
export type Fate = 'keep' | 'drop' | 'scramble'

export type FailureKind = 'EIO' | 'ENOSPC' | 'short-write'

interface SimulatedFile {
  bytes: Uint8Array
  syncedLength: number
  isEntrySynced: boolean
}

const root = '.'
const parentOf = posix.dirname

export class PowerCut extends Error {
  override readonly name = 'PowerCut'
}

export interface SimulatedFiles extends FileLayer {
  /** Operations so far that change something. */
  readonly operations: number
  /** Their names, in order: `append`, `sync`, `create` … */
  readonly trace: readonly string[]
  /** An operation of another device on the same power: it counts, and fails, as those of the files. */
  operate(name: string): void
  /** Those of the operations to come, numbered from 1, fail, once each. */
  fail(failures: ReadonlyMap<number, FailureKind>): void
}

export interface SimulationOptions {
  /** The power goes after this many changing operations: everything later fails with PowerCut. */
  readonly cutAfter?: number
}

/** A disk that outlives the programs that use it. */
export class SimulatedDisk {
  #files = new Map<string, SimulatedFile>()
  /** Removed, but not durably so. */
  #removed = new Map<string, SimulatedFile>()
  /** Path → whether it is durable. */
  #directories = new Map([[root, true]])

  /** The disk as one program sees it until its power is cut. */
  mount({ cutAfter = Number.POSITIVE_INFINITY }: SimulationOptions = {}): SimulatedFiles {
    const files = this.#files
    const removed = this.#removed
    const directories = this.#directories
    const failures = new Map<number, FailureKind>()
    const trace: string[] = []
    const found = (file: string): SimulatedFile => {
      const known = files.get(file)
      if (known === undefined) throw Object.assign(new Error(`no such file: ${file}`), { code: 'ENOENT' })
      return known
    }
    /** Counts one operation; tells how it must fail, if it must. */
    const step = (name: string): FailureKind | null => {
      if (trace.length >= cutAfter) throw new PowerCut('the power is out')
      trace.push(name)
      const failure = failures.get(trace.length) ?? null
      if (failure !== null && (failure !== 'short-write' || name !== 'append')) throw failed(failure)
      return failure
    }
    const append = async (file: SimulatedFile, parts: readonly Uint8Array[]): Promise<void> => {
      const whole = Buffer.concat([file.bytes, ...parts])
      const failure = step('append')
      if (failure === null) {
        file.bytes = whole
        return
      }
      file.bytes = whole.subarray(0, Math.floor((file.bytes.length + whole.length) / 2))
      throw failed('ENOSPC')
    }
    const handle = (file: SimulatedFile): AppendFile => ({
      append: (parts) => append(file, parts),
      sync: async () => {
        step('sync')
        file.syncedLength = file.bytes.length
      },
      close: async () => {},
    })
    return {
      get operations() {
        return trace.length
      },
      trace,
      operate: (name) => void step(name),
      fail: (more) => {
        for (const [number, kind] of more) failures.set(trace.length + number, kind)
      },
      makeDirectory: async (path) => {
        if (directories.has(path)) return
        step('make-directory')
        for (let made = path; !directories.has(made); made = parentOf(made)) directories.set(made, false)
      },
      list: async (directory) =>
        childrenOf(directory, [...files.keys(), ...directories.keys()]).map((path) => posix.basename(path)),
      size: async (file) => found(file).bytes.length,
      read: async (file, from, to) => Uint8Array.from(found(file).bytes.subarray(from, to)),
      create: async (file) => {
        if (!directories.has(parentOf(file)))
          throw Object.assign(new Error(`no such directory: ${file}`), { code: 'ENOENT' })
        if (files.has(file)) throw Object.assign(new Error(`it exists: ${file}`), { code: 'EEXIST' })
        step('create')
        const made = { bytes: new Uint8Array(0), syncedLength: 0, isEntrySynced: false }
        files.set(file, made)
        return handle(made)
      },
      truncate: async (file, length) => {
        const known = found(file)
        step('truncate')
        known.bytes = known.bytes.subarray(0, length)
        known.syncedLength = Math.min(known.syncedLength, length)
      },
      remove: async (file) => {
        step('remove')
        const known = files.get(file)
        if (known?.isEntrySynced === true) removed.set(file, known)
        files.delete(file)
      },
      syncDirectory: async (directory) => {
        step('sync-directory')
        for (const path of childrenOf(directory, files.keys())) files.get(path)!.isEntrySynced = true
        for (const path of childrenOf(directory, directories.keys())) directories.set(path, true)
        for (const path of childrenOf(directory, removed.keys())) removed.delete(path)
      },
    }
  }

  /** The power goes, and comes back. @param random from 0 to 1, for `scramble` */
  cutPower(fate: Fate, random: () => number): void {
    if (fate !== 'keep') this.#lose(fate, random)
    for (const file of this.#files.values()) {
      file.syncedLength = file.bytes.length
      file.isEntrySynced = true
    }
    for (const path of this.#directories.keys()) this.#directories.set(path, true)
    this.#removed.clear()
  }

  #lose(fate: 'drop' | 'scramble', random: () => number): void {
    const isLost = (): boolean => fate === 'drop' || random() < 0.5
    for (const [name, file] of this.#removed)
      if (!this.#files.has(name) && isLost()) this.#files.set(name, file)
    for (const [name, file] of this.#files) {
      if (!file.isEntrySynced && isLost()) {
        this.#files.delete(name)
        continue
      }
      const unsynced = file.bytes.length - file.syncedLength
      const kept = fate === 'drop' ? 0 : Math.floor(random() * (unsynced + 1))
      const bytes = Uint8Array.from(file.bytes.subarray(0, file.syncedLength + kept))
      for (let i = file.syncedLength; i < bytes.length; i++)
        if (random() < 0.5) bytes[i] = Math.floor(random() * 256)
      file.bytes = bytes
    }
    for (const [path, isSynced] of this.#directories) {
      if (isSynced || !isLost()) continue
      for (const below of [path, ...this.#directories.keys()].filter((other) => isWithin(path, other)))
        this.#directories.delete(below)
      for (const file of this.#files.keys()) if (isWithin(path, file)) this.#files.delete(file)
    }
  }

  /** Another disk that holds the same. */
  copy(): SimulatedDisk {
    const copy = new SimulatedDisk()
    for (const [name, file] of this.#files) copy.#files.set(name, { ...file })
    for (const [name, file] of this.#removed) copy.#removed.set(name, { ...file })
    for (const [path, isSynced] of this.#directories) copy.#directories.set(path, isSynced)
    return copy
  }

  /** The bytes of a file, to be looked at or damaged; names as in `files`. */
  contents(file: string): Uint8Array {
    return this.#files.get(file)!.bytes
  }

  /** Puts other bytes in a file's place, durably. */
  replace(file: string, bytes: Uint8Array): void {
    for (let path = parentOf(file); path !== root; path = parentOf(path)) this.#directories.set(path, true)
    this.#files.set(file, { bytes, syncedLength: bytes.length, isEntrySynced: true })
  }

  get files(): string[] {
    return [...this.#files.keys()].sort()
  }
}

function childrenOf(directory: string, paths: Iterable<string>): string[] {
  return [...paths].filter((path) => path !== root && parentOf(path) === directory)
}

function isWithin(directory: string, path: string): boolean {
  return path === directory || path.startsWith(`${directory}/`)
}

function failed(kind: FailureKind): Error {
  const code = kind === 'short-write' ? 'ENOSPC' : kind
  return Object.assign(new Error(`simulated ${code}`), { code })
}

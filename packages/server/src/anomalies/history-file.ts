import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import {
  decodeColumn,
  emptyHistories,
  encodeColumn,
  type Histories,
  type HistoryLimits,
} from '@wick/analysis'
import type { GroupSeal } from '../identity/group-seal.ts'

/**
 * What a group's functions cost hour by hour, as it is kept: a file that grows by a record for each hour.
 *
 *     header    WICKHIST · u8 version (1)
 *     record    u32 length (little-endian) · an envelope for the purpose `frame-history:GROUP:METRIC:NUMBER`; in it, zstd: u32
 *               length of the first column · the column of totals · the column of self (analysis/history-codec.ts)
 *
 * All of it can be made again from the profiles: what cannot be read is left out, and what follows it is made anew. Only ever
 * used in a thread of its own, so calls may block.
 */
const magic = Buffer.from('WICKHIST\u0001', 'latin1')
const lengthBytes = 4
/** Far more than a record of the most frames takes. */
const maxRecordBytes = 16 * 1024 * 1024

export class HistoryFile {
  readonly #path: string
  readonly #seal: GroupSeal
  readonly #purpose: string
  readonly #limits: HistoryLimits
  /** Of what can be read. */
  #end = 0
  #records = 0

  /** @param name of group and metric: the file's name, and part of what it is sealed for */
  constructor(path: string, seal: GroupSeal, name: string, limits: HistoryLimits) {
    this.#path = path
    this.#seal = seal
    this.#purpose = `frame-history:${name}`
    this.#limits = limits
  }

  /** What is kept; empty where there is nothing, or nothing that can be read. */
  read(): Histories {
    const histories = emptyHistories(this.#limits)
    this.#end = 0
    this.#records = 0
    if (!existsSync(this.#path)) return histories
    const bytes = readFileSync(this.#path)
    if (!bytes.subarray(0, magic.length).equals(magic)) return histories
    this.#end = magic.length
    for (;;) {
      const payload = this.#payloadAt(bytes)
      if (payload === null || !restored(histories, payload)) return histories
      this.#end += lengthBytes + bytes.readUInt32LE(this.#end)
      this.#records++
    }
  }

  /** Appends the newest hour of what was read before and continued since; durable when it returns. */
  append(histories: Histories): void {
    if (this.#records >= 2 * this.#limits.hours) {
      this.#rewrite(histories)
      return
    }
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    const file = openSync(this.#path, this.#end === 0 ? 'w' : 'r+', 0o600)
    try {
      const at = this.#end === 0 ? magic.length : this.#end
      if (this.#end === 0) writeSync(file, magic)
      // What lies behind could not be read.
      ftruncateSync(file, at)
      const record = this.#record(this.#records, [histories.total.lastColumn(), histories.self.lastColumn()])
      writeSync(file, record, 0, record.length, at)
      fsyncSync(file)
      this.#end = at + record.length
      this.#records++
    } finally {
      closeSync(file)
    }
  }

  /** Without the hours that are not looked at any more. */
  #rewrite({ total, self }: Histories): void {
    const [totals, selves] = [total.columns(), self.columns()]
    const records = totals.map((column, i) => this.#record(i, [column, selves[i]!]))
    const aside = `${this.#path}.new`
    rmSync(aside, { force: true })
    const file = openSync(aside, 'w', 0o600)
    try {
      for (const part of [magic, ...records]) writeSync(file, part)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(aside, this.#path)
    this.#end = magic.length + records.reduce((sum, { length }) => sum + length, 0)
    this.#records = records.length
  }

  #record(number: number, columns: readonly Parameters<typeof encodeColumn>[0][]): Buffer {
    const [total, self] = columns.map(encodeColumn)
    const payload = Buffer.concat([uint32(total!.length), total!, self!])
    const sealed = this.#seal.seal(`${this.#purpose}:${number}`, zstdCompressSync(payload))
    return Buffer.concat([uint32(sealed.length), sealed])
  }

  /** Of the record at `#end`; null where there is none that can be read. */
  #payloadAt(bytes: Buffer): Buffer | null {
    if (bytes.length < this.#end + lengthBytes) return null
    const length = bytes.readUInt32LE(this.#end)
    const from = this.#end + lengthBytes
    if (length > maxRecordBytes || bytes.length < from + length) return null
    try {
      const packed = this.#seal.open(`${this.#purpose}:${this.#records}`, bytes.subarray(from, from + length))
      return zstdDecompressSync(packed, { maxOutputLength: maxRecordBytes })
    } catch {
      return null
    }
  }
}

function restored({ total, self }: Histories, payload: Buffer): boolean {
  try {
    const length = payload.readUInt32LE(0)
    const columns = [
      decodeColumn(payload.subarray(lengthBytes, lengthBytes + length)),
      decodeColumn(payload.subarray(lengthBytes + length)),
    ]
    total.restore(columns[0]!)
    self.restore(columns[1]!)
    return true
  } catch {
    return false
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(lengthBytes)
  bytes.writeUInt32LE(value)
  return bytes
}

const uuidLength = 36

/** Removes the histories of other groups. @param groupIds UUIDs, with which the names of their files begin */
export async function keepHistories(directory: string, groupIds: readonly string[]): Promise<void> {
  const there = new Set(groupIds)
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const name of names)
    if (!there.has(name.slice(0, uuidLength))) await rm(join(directory, name), { force: true })
}

/**
 * The files of the audit trail: gzip files of records as CloudTrail writes them, `{"Records":[…]}`, and the digests about
 * them, one for each hour.
 *
 *     audit/records/00000017_20261126T030000Z_001.json.gz
 *     audit/digests/00000017_20261126T030000Z.json
 *     audit/start.json
 */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { asideOf, makeDirectory, moveDurably, removeDurably, writeDurably } from '../identity/durable-file.ts'
import type { ChainHead } from '../storage/audit-chain.ts'
import type { AuditLog } from '../storage/audit-log.ts'
import type { LogFile } from './digest.ts'

export interface TrailFiles {
  readonly records: string
  readonly digests: string
  readonly start: string
}

/** @param path of the data directory */
export function trailFiles(path: string): TrailFiles {
  const audit = join(path, 'audit')
  return {
    records: join(audit, 'records'),
    digests: join(audit, 'digests'),
    start: join(audit, 'start.json'),
  }
}

const mode = 0o600
const pageSize = 1000
const recordsPerFile = 50_000

export async function makeTrailDirectories({ records, digests }: TrailFiles): Promise<void> {
  await makeDirectory(records)
  await makeDirectory(digests)
}

/** @param endedAt epoch milliseconds */
export function digestName(number: number, endedAt: number): string {
  return `${stem(number, endedAt)}.json`
}

function stem(number: number, endedAt: number): string {
  const time = new Date(endedAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
  return `${String(number).padStart(8, '0')}_${time}Z`
}

/** Of which digest a file is, by its name; null where it is none of ours. */
export function numberIn(name: string): number | null {
  const found = /^(\d{8,15})_\d{8}T\d{6}Z(_\d{3,})?\.json(\.gz)?$/.exec(name)
  return found === null ? null : Number(found[1])
}

/** Names, in their order; what is being written is left out. */
export async function namesIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.filter((name) => !name.endsWith(asideOf(''))).sort()
}

/** Writes the records between two places in the chain, durably. @returns what a digest says of the files */
export async function writeRecords(
  log: Pick<AuditLog, 'recordsAfter'>,
  { records: directory }: TrailFiles,
  { number, endedAt, after, last }: WrittenRange,
): Promise<LogFile[]> {
  const files: LogFile[] = []
  for (let from = after.sequence; from < last.sequence; ) {
    const to = Math.min(last.sequence, from + recordsPerFile)
    const name = `${stem(number, endedAt)}_${String(files.length + 1).padStart(3, '0')}.json.gz`
    const hashValue = await writeFile(join(directory, name), recordsBetween(log, from, to))
    files.push({ name, hashValue, hashAlgorithm: 'SHA-256', records: to - from })
    from = to
  }
  return files
}

interface WrittenRange {
  readonly number: number
  readonly endedAt: number
  readonly after: ChainHead
  readonly last: ChainHead
}

/** @returns its hash */
async function writeFile(file: string, content: AsyncIterable<string>): Promise<string> {
  const sum = createHash('sha256')
  const summing = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      sum.update(chunk)
      done(null, chunk)
    },
  })
  const aside = asideOf(file)
  await pipeline(
    Readable.from(content),
    createGzip(),
    summing,
    createWriteStream(aside, { mode, flush: true }),
  )
  await moveDurably(aside, file)
  return sum.digest('hex')
}

async function* recordsBetween(
  log: Pick<AuditLog, 'recordsAfter'>,
  from: number,
  to: number,
): AsyncGenerator<string> {
  yield '{"Records":['
  for (let after = from; after < to; ) {
    const rows = await log.recordsAfter(after, Math.min(pageSize, to - after))
    const texts = rows.flatMap(({ sequence, record }) => (sequence <= to ? [record] : []))
    // A gap is left to whoever verifies: the digest covers what there is.
    if (texts.length > 0) yield `${after === from ? '' : ',\n'}${texts.join(',\n')}`
    after = rows.at(-1)?.sequence ?? to
  }
  yield ']}\n'
}

export function writeDigest({ digests }: TrailFiles, name: string, text: string): Promise<void> {
  return writeDurably(join(digests, name), text, mode)
}

/** Removes the files of digests that the rule names, and what a write that was cut off left. */
export async function removeFiles(files: TrailFiles, isGone: (number: number) => boolean): Promise<void> {
  for (const directory of [files.records, files.digests]) {
    for (const name of await readdir(directory)) {
      const number = numberIn(name)
      if (name.endsWith(asideOf(''))) await rm(join(directory, name), { force: true })
      else if (number !== null && isGone(number)) await removeDurably(join(directory, name))
    }
  }
}

/** Null where there is none. */
export function readIfThere(file: string): Promise<Buffer | null> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
}

/** SHA-256 of a file, however large; null where there is none. */
export async function hashOfFile(file: string): Promise<string | null> {
  const sum = createHash('sha256')
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) sum.update(chunk)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  return sum.digest('hex')
}

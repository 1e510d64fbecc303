import { writeDurably } from '../identity/durable-file.ts'
import type { Envelope } from '../identity/envelope.ts'
import { recordTime } from '../storage/audit-chain.ts'
import type { AuditLog, DigestRow, SealedAuditKey } from '../storage/audit-log.ts'
import { fileHash, readSigned, signed } from './digest.ts'
import {
  digestName,
  makeTrailDirectories,
  readIfThere,
  removeFiles,
  type TrailFiles,
  writeDigest,
  writeRecords,
} from './digest-files.ts'
import {
  derOf,
  newSigningKey,
  openKeys,
  type PublicKey,
  type SigningKey,
  sealPublicHalf,
  sealSigningKey,
} from './signing-key.ts'

/** Writes the digests: one for each hour, each naming the one before. */
export interface DigestChain {
  /** Makes the digest that is due where an hour has ended; to be called every second or so. */
  tick(now: number): Promise<void>
  /** Makes one of what there is so far. */
  cut(now: number): Promise<DigestRow>
  /** The same, and the next one is signed with another key, which this one names. */
  rotateKey(now: number): Promise<DigestRow>
  /** Removes whole digests, with all that they cover, that ended before the instant; the newest one stays. */
  forgetBefore(instant: number, now: number): Promise<void>
  /** In their order, the one in use last. */
  publicKeys(): readonly PublicKey[]
}

export interface DigestChainOptions {
  readonly log: AuditLog
  readonly sealer: Envelope
  readonly files: TrailFiles
  /** Told that one is written. */
  readonly onDigest?: () => void
}

const hour = 3_600_000
const mode = 0o600
/** Before a digest that could not be written is tried again. */
const pause = 60_000

/**
 * Opens the chain and settles what a process that was cut off left behind. The first time it makes a key and a first
 * digest, so that the trail has a signed beginning.
 *
 * A digest counts once the catalog has its row, which comes after its files are durable: files of the next one are of
 * one that was cut off, and removed. Retention goes the other way: the signed start first, then rows and records in one
 * transaction, then files.
 *
 * @throws StartupError, EnvelopeError
 */
export async function openDigestChain(options: DigestChainOptions, now: number): Promise<DigestChain> {
  const { log, sealer, files, onDigest = () => {} } = options
  await makeTrailDirectories(files)
  let { active, publicKeys } = openKeys(await log.auditKeys(), sealer)
  let last = (await log.auditDigests()).at(-1) ?? null
  let retryAt = 0

  const write = async (at: number, key: SigningKey, changes: KeyChange | null): Promise<DigestRow> => {
    const number = (last?.number ?? 0) + 1
    const after = last === null ? await log.auditStart() : last.last
    const head = await log.auditHead()
    const range = { number, endedAt: at, after, last: head }
    const text = signed(
      {
        kind: 'digest',
        number,
        digestStartTime: recordTime(last?.endedAt ?? at),
        digestEndTime: recordTime(at),
        after,
        last: head,
        logFiles: await writeRecords(log, files, range),
        previousDigestHashValue: last?.hash ?? null,
        ...(changes?.next && { nextPublicKey: derOf(changes.next.publicKey).toString('base64') }),
      },
      key,
    )
    await writeDigest(files, digestName(number, at), text)
    const row: DigestRow = { number, endedAt: at, hash: fileHash(text), last: head }
    await log.addAuditDigest(row, changes?.keys ?? [])
    last = row
    onDigest()
    return row
  }

  const first = async (): Promise<void> => {
    const key = newSigningKey(1)
    await write(now, key, { next: null, keys: [sealSigningKey(key, sealer)] })
    active = key
    publicKeys = [key.publicKey]
  }

  const rotateKey = async (at: number): Promise<DigestRow> => {
    const next = newSigningKey(active!.number + 1)
    const keys = [sealPublicHalf(active!, sealer), sealSigningKey(next, sealer)]
    const row = await write(at, active!, { next, keys })
    active = next
    publicKeys = [...publicKeys, next.publicKey]
    return row
  }

  const forgetBefore = async (instant: number, at: number): Promise<void> => {
    const rows = await log.auditDigests()
    const kept = rows.findIndex(({ endedAt }, i) => endedAt >= instant || i === rows.length - 1)
    const forgotten = rows[kept - 1]
    if (forgotten === undefined) return
    const { number, hash, last } = forgotten
    const start = { kind: 'start', number, digestHashValue: hash, last, removedAt: recordTime(at) } as const
    await writeDurably(files.start, signed(start, active!), mode)
    await log.forgetThroughDigest(number)
    await removeFiles(files, (one) => one <= number)
  }

  /** Of a process that was cut off. */
  const settle = async (): Promise<void> => {
    const bytes = await readIfThere(files.start)
    const known = new Map(publicKeys.map((key) => [key.fingerprint, key]))
    let removed = 0
    try {
      if (bytes !== null) removed = readSigned('start', bytes, known).number
    } catch {
      // It is not what was signed: verifying says so.
    }
    if (removed > 0) await log.forgetThroughDigest(removed)
    const cutOff = (last?.number ?? 0) + 1
    await removeFiles(files, (number) => number <= removed || number === cutOff)
  }

  await settle()
  if (active === null) await first()

  const oneByOne = queue()
  return {
    tick: (at) =>
      oneByOne(async () => {
        // Not "later than": a clock that was set back must not end the digests.
        if (last !== null && Math.floor(at / hour) === Math.floor(last.endedAt / hour)) return
        if (at < retryAt && retryAt - at <= pause) return
        retryAt = at + pause
        await write(at, active!, null)
        retryAt = 0
      }),
    cut: (at) => oneByOne(() => write(at, active!, null)),
    rotateKey: (at) => oneByOne(() => rotateKey(at)),
    forgetBefore: (instant, at) => oneByOne(() => forgetBefore(instant, at)),
    publicKeys: () => publicKeys,
  }
}

interface KeyChange {
  readonly next: SigningKey | null
  readonly keys: readonly SealedAuditKey[]
}

/** One after another: none may write what another one is writing. */
function queue(): <T>(action: () => Promise<T>) => Promise<T> {
  let before: Promise<unknown> = Promise.resolve()
  return (action) => {
    const result = before.then(action, action)
    before = result.catch(() => {})
    return result
  }
}

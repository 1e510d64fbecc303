import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ChainHead, recordTime } from '../storage/audit-chain.ts'
import type { DigestRow } from '../storage/audit-log.ts'
import { type Digest, fileHash, readSigned } from './digest.ts'
import { digestName, hashOfFile, namesIn, numberIn, readIfThere, type TrailFiles } from './digest-files.ts'
import { type PublicKey, publicKeyIn, publicKeysInPem } from './signing-key.ts'
import type { TrailProblem } from './verify-trail.ts'

/** What a digest says of one record: the last one that it covers. */
export interface Mark {
  readonly hash: string
  readonly digest: string
}

export interface DigestVerdict {
  readonly digests: number
  /** By sequence. */
  readonly marks: ReadonlyMap<number, Mark>
  /** The newest digest in the copy outside; null where there is none, or none was given. */
  readonly outside: number | null
  readonly problems: readonly TrailProblem[]
}

export interface DigestEvidence {
  readonly files: TrailFiles
  /** What the catalog knows of them. */
  readonly rows: readonly DigestRow[]
  /** Where the chain of records begins, as the catalog says. */
  readonly start: ChainHead
  /** Whose signatures count, and those of the keys that these announce. */
  readonly keys: readonly PublicKey[]
  /** A copy of the digests that lies elsewhere. */
  readonly outside: string | null
  /** Whether the next digest may be under way. */
  readonly isRunning: boolean
}

/** Compares digests, files of records and a copy outside with each other: whatever is not as it was signed is named. */
export async function verifyDigests(evidence: DigestEvidence): Promise<DigestVerdict> {
  const { files, rows, keys, outside, isRunning } = evidence
  const problems: TrailProblem[] = []
  const tell = (place: string, what: string): void => void problems.push({ place, what })
  const trusted = new Map(keys.map((key) => [key.fingerprint, key]))
  const marks = new Map<number, Mark>()
  const expected = { digests: new Set<string>(), records: new Set<string>() }
  /** Digests that are no help: which files of records belong to them, nobody knows. */
  const lost = new Set<number>()
  let first: { readonly digest: Digest; readonly place: string } | null = null
  if (rows.length === 0)
    tell('audit', 'there are no digests: no server has run on it yet, or they were removed')

  let before: Known | null = null
  for (const row of rows) {
    const name = digestName(row.number, row.endedAt)
    const place = `audit/digests/${name}`
    expected.digests.add(name)
    if (before !== null && row.number !== before.number + 1)
      tell(`digest ${before.number + 1}`, `the catalog does not know it: the next is ${row.number}`)
    const bytes = await readIfThere(join(files.digests, name))
    const digest = bytes === null ? 'is missing' : digestIn(bytes, trusted)
    if (bytes === null || typeof digest === 'string') {
      tell(place, String(digest))
      lost.add(row.number)
      before = row
      continue
    }
    const hash = fileHash(bytes)
    for (const what of contradictions(digest, row, hash, before)) tell(place, what)
    if (before === null) first = { digest, place }
    if (digest.nextPublicKey !== undefined) {
      const next = publicKeyIn(Buffer.from(digest.nextPublicKey, 'base64'))
      trusted.set(next.fingerprint, next)
    }
    for (const { name: file, hashValue } of digest.logFiles) {
      expected.records.add(file)
      const found = await hashOfFile(join(files.records, file))
      if (found === null) tell(`audit/records/${file}`, 'is missing')
      else if (found !== hashValue) tell(`audit/records/${file}`, 'was changed')
    }
    if (digest.last.sequence > digest.after.sequence)
      marks.set(digest.last.sequence, { hash: digest.last.hash, digest: name })
    before = { number: digest.number, hash, last: digest.last }
  }
  // Only now: a later key may have signed it.
  if (first !== null) await verifyStart(evidence, trusted, first, tell)

  const next = (rows.at(-1)?.number ?? 0) + 1
  for (const kind of ['digests', 'records'] as const) {
    for (const name of await namesIn(files[kind])) {
      const number = numberIn(name) ?? 0
      const isUnderWay = isRunning && number >= next
      if (!expected[kind].has(name) && !isUnderWay && !lost.has(number))
        tell(`audit/${kind}/${name}`, 'is no part of the trail: somebody put it there')
    }
  }
  const previous = first?.digest.previousDigestHashValue ?? null
  const reach = outside === null ? null : await verifyOutside(outside, evidence, { trusted, previous, tell })
  return { digests: rows.length, marks, outside: reach, problems }
}

/** @returns why it is none, where it is none */
function digestIn(bytes: Uint8Array, trusted: ReadonlyMap<string, PublicKey>): Digest | string {
  try {
    return readSigned('digest', bytes, trusted)
  } catch (error) {
    return (error as Error).message
  }
}

type Tell = (place: string, what: string) => void

/** The digest before. */
interface Known {
  readonly number: number
  readonly hash: string
  readonly last: ChainHead
}

function contradictions(
  digest: Digest,
  row: DigestRow,
  hash: string,
  before: Known | null,
): readonly string[] {
  const found: string[] = []
  if (digest.number !== row.number) found.push(`is digest ${digest.number}, in the place of ${row.number}`)
  if (digest.digestEndTime !== recordTime(row.endedAt))
    found.push('ends at another time than the catalog says')
  if (hash !== row.hash) found.push('is not the one that the catalog knows: one of the two was changed')
  if (!isSame(digest.last, row.last)) found.push('covers other records than the catalog says')
  if (before !== null && digest.previousDigestHashValue !== before.hash)
    found.push(`does not follow digest ${before.number}: one of the two was changed`)
  if (before !== null && !isSame(digest.after, before.last))
    found.push(`does not begin where digest ${before.number} ends`)
  return found
}

/** The first digest that there is, is the first one ever, or follows what retention removed, which is signed. */
async function verifyStart(
  { files, start }: DigestEvidence,
  trusted: ReadonlyMap<string, PublicKey>,
  { digest: first, place }: { readonly digest: Digest; readonly place: string },
  tell: Tell,
): Promise<void> {
  const bytes = await readIfThere(files.start)
  if (!isSame(first.after, start))
    tell(
      `record ${first.after.sequence + 1}`,
      `the trail begins there, but the catalog says: behind ${start.sequence}`,
    )
  if (bytes === null) {
    if (first.number !== 1 || first.previousDigestHashValue !== null)
      tell(place, 'digests before it are missing, and nothing signed says that retention removed them')
    return
  }
  try {
    const { number, digestHashValue, last } = readSigned('start', bytes, trusted)
    const isBefore = number === first.number - 1 && digestHashValue === first.previousDigestHashValue
    if (!isBefore) tell(place, `is the first digest, but by audit/start.json that is ${number + 1}`)
    else if (!isSame(last, first.after)) tell(place, 'does not begin where audit/start.json says')
  } catch (error) {
    tell('audit/start.json', (error as Error).message)
  }
}

interface Outside {
  readonly trusted: ReadonlyMap<string, PublicKey>
  /** What the first digest here says of the one before. */
  readonly previous: string | null
  readonly tell: Tell
}

/** What lies outside cannot be changed together with what lies here: both must say the same. */
async function verifyOutside(
  directory: string,
  { rows }: DigestEvidence,
  { trusted, previous, tell }: Outside,
): Promise<number | null> {
  const names = (await namesIn(directory)).filter((name) => numberIn(name) !== null)
  if (names.length === 0) {
    tell(directory, 'there are no digests in it')
    return null
  }
  const here = new Map(rows.map((row) => [row.number, row.hash]))
  const first = rows[0]?.number ?? 1
  // Retention removed it here; it must be the one that the rest follows.
  if (previous !== null) here.set(first - 1, previous)
  let before: { readonly number: number; readonly hash: string } | null = null
  for (const name of names) {
    const number = numberIn(name)!
    const place = join(directory, name)
    const bytes = await readFile(join(directory, name))
    const hash = fileHash(bytes)
    const digest = digestIn(bytes, trusted)
    if (typeof digest === 'string') tell(place, digest)
    else if (before?.number === number - 1 && digest.previousDigestHashValue !== before.hash)
      tell(place, `does not follow digest ${before.number}: one of the two was changed`)
    const known = here.get(number)
    if (known === undefined && number >= first)
      tell(place, 'is in the copy outside and not here: the newest part of the trail was cut off')
    if (known !== undefined && known !== hash)
      tell(place, 'is another digest than here: one of the two was changed, or the trail was written anew')
    before = { number, hash }
  }
  return before?.number ?? null
}

/** The keys in a copy outside: where it has some, they alone are trusted. */
export async function keysOutside(directory: string): Promise<readonly PublicKey[]> {
  const names = (await namesIn(directory)).filter((name) => name.endsWith('.pem'))
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')))
  return texts.flatMap(publicKeysInPem)
}

function isSame(a: ChainHead, b: ChainHead): boolean {
  return a.sequence === b.sequence && a.hash === b.hash
}

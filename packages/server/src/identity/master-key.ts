import { realpath } from 'node:fs/promises'
import { masterKeyVariable, SecretKey } from '../config/secret-key.ts'
import { StartupError } from '../startup-error.ts'
import type { Catalog } from '../storage/catalog.ts'
import { asideOf, createDurably, moveDurably, removeDurably } from './durable-file.ts'
import { type Envelope, EnvelopeError, envelope } from './envelope.ts'
import { keyFileContent, keyFileMode, readKeyFile } from './key-file.ts'

const checkNote = 'master-key-check'
const checkText = 'wick master key'
const previousNote = 'master-key-previous'

/** Where the master key of an installation is looked for. */
export interface MasterKeyPlace {
  readonly file: string
  /** From the environment: then no file is needed, and none is made. */
  readonly given: SecretKey | null
}

export interface MasterKey {
  readonly key: SecretKey
  readonly sealer: Envelope
  /** Holds it; where the place named is a link, what it leads to. Null: only the environment does. */
  readonly file: string | null
}

/** Where a rotation puts the new key of a file until everything is sealed under it. */
export function nextKeyFile(file: string): string {
  return `${file}.next`
}

/** Also what a rotation left that was cut off while it wrote there. */
async function discardNextKey(file: string): Promise<void> {
  await removeDurably(nextKeyFile(file))
  await removeDurably(asideOf(nextKeyFile(file)))
}

/** False before the first start is complete. */
export async function hasMasterKey(catalog: Catalog): Promise<boolean> {
  return (await catalog.readNote(checkNote)) !== null
}

/**
 * What the catalog says of its key: a value sealed under it, so that a wrong key is noticed before anything is read or
 * written with it, and which key was there before, so that one from before a rotation is known as such.
 */
export function masterKeyNotes(sealer: Envelope, previous: Envelope): { name: string; value: Uint8Array }[] {
  return [
    { name: checkNote, value: sealer.seal(checkNote, Buffer.from(checkText)) },
    { name: previousNote, value: previous.keyId },
  ]
}

/**
 * The master key of an installation: made on the very first start, demanded on every later one. A rotation that was cut
 * off is completed or undone, whichever makes the file hold the key that the catalog is sealed under.
 *
 * @throws StartupError where the key is missing, readable by others, malformed or another one
 */
export async function openMasterKey(place: MasterKeyPlace, catalog: Catalog): Promise<MasterKey> {
  const { given } = place
  // A link says that the key is to lie elsewhere: that is where a rotation puts the next one.
  const file = await realpath(place.file).catch(() => place.file)
  const check = await catalog.readNote(checkNote)
  const kept = await readKeyFile(file)
  if (check === null) return firstKey(file, given, kept, catalog)
  const lock = { check, previous: await catalog.readNote(previousNote) }
  return given === null ? keyOfFile(file, kept, lock) : givenKey(file, given, kept, lock)
}

/** What tells whether a key is the right one. */
interface Lock {
  readonly check: Uint8Array
  /** The id of the key before the last rotation; null where there was none. */
  readonly previous: Uint8Array | null
}

async function firstKey(
  file: string,
  given: SecretKey | null,
  kept: SecretKey | null,
  catalog: Catalog,
): Promise<MasterKey> {
  if (given !== null && kept !== null && !given.isSame(kept)) throw disagreement(file, 'Keep one of them.')
  const key = given ?? kept ?? (await makeKey(file))
  const sealer = envelope(key.bytes)
  await catalog.writeNote(checkNote, sealer.seal(checkNote, Buffer.from(checkText)))
  return { key, sealer, file: given === null || kept !== null ? file : null }
}

async function keyOfFile(file: string, kept: SecretKey | null, lock: Lock): Promise<MasterKey> {
  const problem = kept === null ? null : problemOf(kept, lock)
  if (kept !== null && problem === null) {
    // A rotation that got no further than making its key.
    await discardNextKey(file)
    return masterKey(kept, file)
  }
  // Of a file with any other key nothing is known: it is not replaced.
  const mayBeReplaced = kept === null || isPrevious(kept, lock)
  const made = mayBeReplaced ? await readKeyFile(nextKeyFile(file)) : null
  if (made !== null && problemOf(made, lock) === null) {
    await moveDurably(nextKeyFile(file), file)
    return masterKey(made, file)
  }
  if (kept === null) {
    throw new StartupError(
      `The master key ${file} is missing, and the data is encrypted under it. Put it back (or name its place with ` +
        `WICK_MASTER_KEY_FILE, or give the key itself in ${masterKeyVariable}). Nothing was changed.`,
    )
  }
  throw notTheKey(file, problem)
}

async function givenKey(
  file: string,
  given: SecretKey,
  kept: SecretKey | null,
  lock: Lock,
): Promise<MasterKey> {
  const problem = problemOf(given, lock)
  if (kept === null || given.isSame(kept)) {
    if (problem !== null) throw notTheKey(masterKeyVariable, problem)
    return masterKey(given, kept === null ? null : file)
  }
  if (problem === null && isPrevious(kept, lock)) {
    // A rotation from a file to the environment that got no further than the catalog.
    await removeDurably(file)
    return masterKey(given, null)
  }
  if (problem === null) throw disagreement(file, `The data is encrypted under the first: remove the file.`)
  const isKeptRight = problemOf(kept, lock) === null
  throw disagreement(
    file,
    isKeptRight
      ? 'The data is encrypted under the second: unset the variable.'
      : 'The data is encrypted under neither: put the right one back.',
  )
}

function masterKey(key: SecretKey, file: string | null): MasterKey {
  return { key, sealer: envelope(key.bytes), file }
}

/** Why it is not the key of this catalog; null where it is. */
function problemOf(key: SecretKey, lock: Lock): string | null {
  try {
    envelope(key.bytes).open(checkNote, lock.check)
    return null
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error
    return isPrevious(key, lock) ? 'it is the one from before the last rotation' : error.message
  }
}

function isPrevious(key: SecretKey, { previous }: Lock): boolean {
  return previous !== null && Buffer.compare(envelope(key.bytes).keyId, previous) === 0
}

function notTheKey(source: string, problem: string | null): StartupError {
  return new StartupError(
    `${source} is not the master key of this data (${problem}). Put the right one back. Nothing was changed.`,
  )
}

function disagreement(file: string, advice: string): StartupError {
  return new StartupError(
    `${masterKeyVariable} and the master key ${file} are two different keys. ${advice} Nothing was changed.`,
  )
}

async function makeKey(file: string): Promise<SecretKey> {
  const key = SecretKey.generate()
  await createDurably(file, keyFileContent(key), keyFileMode)
  return key
}

import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { masterKeyVariable, newMasterKeyVariable, SecretKey } from '../config/secret-key.ts'
import type { Config } from '../config/settings.ts'
import { StartupError } from '../startup-error.ts'
import type { Catalog, SealedSecret } from '../storage/catalog.ts'
import { catalogProblem, lockUsedDirectory, masterKeyPlace } from './data-directory.ts'
import { moveDurably, removeDurably, writeDurably } from './durable-file.ts'
import { type Envelope, EnvelopeError, envelope } from './envelope.ts'
import { keyFileContent, keyFileMode, readKeyFile } from './key-file.ts'
import { hasMasterKey, masterKeyNotes, nextKeyFile, openMasterKey } from './master-key.ts'
import { auditKeyPurpose, dataKeyPurpose, secretPurpose } from './secret-purpose.ts'

/**
 * Another master key, and if asked another data key for each group, on a directory that no server runs on.
 *
 *     1. the new key lies beside the old one, durably        old key opens the catalog
 *     2. one transaction: every secret sealed anew, notes    new key opens the catalog
 *     3. the new key's file takes the old one's place
 *
 * A key from the environment is never written; then 1 is left out, and 3 removes the old one's file if there is one.
 * Cut off anywhere, the next opening of the directory looks which key opens the catalog, and completes 3 or undoes 1.
 */
export interface KeyRotation {
  /** Null: it is made. */
  readonly newKey: NewMasterKey | null
  /** Whether groups get another data key: older files stay readable, under the older ones. */
  readonly withDataKeys: boolean
}

export type NewMasterKey =
  | { readonly kind: 'environment'; readonly key: SecretKey }
  | { readonly kind: 'file'; readonly file: string }

export interface RotatedKeys {
  /** Holds the new key; null where whoever gave it keeps it. */
  readonly keyFile: string | null
  readonly dataKeys: number
  readonly accessKeys: number
}

const dataKeyBytes = 32

/** @throws StartupError in words for the operator; then either nothing was changed, or all of it at the next start */
export async function rotateKeys(
  config: Config,
  rotation: KeyRotation,
  startCatalog: (file: string) => Promise<Catalog>,
): Promise<RotatedKeys> {
  const path = resolve(config.dataDirectory)
  const { catalog, close } = await lockUsedDirectory(path, startCatalog)
  try {
    return await rotate(config, rotation, catalog)
  } catch (error) {
    if (error instanceof StartupError) throw error
    throw new StartupError(
      `${catalogProblem(path, error as Error)} The next start goes on with the key that the data is under.`,
    )
  } finally {
    await close()
  }
}

async function rotate(config: Config, rotation: KeyRotation, catalog: Catalog): Promise<RotatedKeys> {
  if (!(await hasMasterKey(catalog))) {
    throw new StartupError(
      `Nothing in ${resolve(config.dataDirectory)} is encrypted yet: start the server first.`,
    )
  }
  // First: opening the old key clears away what a rotation that was cut off left, be it this very file.
  const given = await givenKey(rotation)
  const old = await openMasterKey(masterKeyPlace(config), catalog)
  const key = given ?? makeKey(old.file !== null)
  if (key.isSame(old.key))
    throw new StartupError('The new master key is the one in use. Nothing was changed.')
  const sealer = envelope(key.bytes)
  const secrets = (await catalog.sealedSecrets()).map((secret) =>
    resealed(secret, { from: old.sealer, to: sealer, withDataKeys: rotation.withDataKeys }),
  )

  const keyFile = rotation.newKey?.kind === 'environment' ? null : old.file
  if (keyFile !== null) await writeDurably(nextKeyFile(keyFile), keyFileContent(key), keyFileMode)
  await catalog.replaceSealedSecrets(secrets, masterKeyNotes(sealer, old.sealer))
  try {
    if (keyFile !== null) await moveDurably(nextKeyFile(keyFile), keyFile)
    else if (old.file !== null) await removeDurably(old.file)
  } catch (error) {
    const { message } = error as StartupError
    throw new StartupError(
      `${message} Everything is under the new key already: the next start completes this.`,
    )
  }

  const dataKeys = secrets.filter(({ kind }) => kind === 'data-key').length
  const auditKeys = secrets.filter(({ kind }) => kind === 'audit-key').length
  return { keyFile, dataKeys, accessKeys: secrets.length - dataKeys - auditKeys }
}

async function givenKey({ newKey }: KeyRotation): Promise<SecretKey | null> {
  if (newKey?.kind !== 'file') return newKey?.key ?? null
  const key = await readKeyFile(newKey.file)
  if (key === null) throw new StartupError(`There is no ${newKey.file}. Nothing was changed.`)
  return key
}

function makeKey(isOldInFile: boolean): SecretKey {
  if (isOldInFile) return SecretKey.generate()
  throw new StartupError(
    `The master key is in ${masterKeyVariable}, so a new one that Wick makes would lie nowhere: ` +
      `give one in ${newMasterKeyVariable} or with --new-key-file. Nothing was changed.`,
  )
}

interface Resealing {
  readonly from: Envelope
  readonly to: Envelope
  readonly withDataKeys: boolean
}

/** @throws StartupError where the secret is not what was sealed */
function resealed(secret: SealedSecret, { from, to, withDataKeys }: Resealing): SealedSecret {
  const { kind, id, sealed } = secret
  const purpose = purposeOf(secret)
  try {
    const plain = from.open(purpose, sealed)
    const isAdding = kind === 'data-key' && withDataKeys
    const kept = isAdding ? Buffer.concat([randomBytes(dataKeyBytes), plain]) : plain
    return { kind, id, sealed: to.seal(purpose, kept) }
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error
    throw new StartupError(
      `The ${purpose} in the catalog cannot be opened: ${error.message}. Restore the whole directory from a backup. ` +
        'Nothing was changed.',
    )
  }
}

function purposeOf({ kind, id }: SealedSecret): string {
  if (kind === 'data-key') return dataKeyPurpose(id)
  if (kind === 'audit-key') return auditKeyPurpose(Number(id))
  const [accountId, ...key] = id.split('/')
  return secretPurpose(kind, accountId!, key.join('/'))
}

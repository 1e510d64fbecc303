import { access, constants, readFile, rm, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import type { Config } from '../config/settings.ts'
import { StartupError } from '../startup-error.ts'
import type { Catalog, User } from '../storage/catalog.ts'
import { credentialsFile, ensureAdministrator, hasCredentials } from './administrator.ts'
import { makeDirectory, reasonOf } from './durable-file.ts'
import type { Envelope } from './envelope.ts'
import { openMasterKey } from './master-key.ts'
import { ensureTlsMaterial, type TlsMaterial } from './tls-material.ts'

/** An opened data directory: locked against every other server until it is closed. */
export interface DataDirectory {
  /** Absolute. */
  readonly path: string
  readonly catalog: Catalog
  readonly sealer: Envelope
  /** Null with --insecure-http. */
  readonly tls: TlsMaterial | null
  readonly administrator: User
  /** What the operator may want to know, for the log. */
  readonly notices: readonly string[]
  /** Gives up the lock. */
  close(): Promise<void>
}

/**
 * Opens DIR, making what is missing. The order matters: the lock comes before anything is made, the key before
 * anything is sealed, and a start cut off between two steps is completed by the next one.
 *
 * @throws StartupError
 */
export async function openDataDirectory(
  config: Config,
  startCatalog: (file: string) => Promise<Catalog>,
  now: number,
): Promise<DataDirectory> {
  const path = resolve(config.dataDirectory)
  await makeDirectory(path)
  const catalog = await openCatalog(path, startCatalog)
  const close = async (): Promise<void> => {
    await rm(lockNote(path), { force: true }).catch(() => {})
    await catalog.close()
  }
  try {
    await writeLockNote(path)
    const sealer = await openMasterKey(config.masterKeyFile ?? join(path, 'master.key'), catalog)
    const tls = config.insecureHttp ? null : await ensureTlsMaterial(path, certificateNames(config), now)
    const administrator = await ensureAdministrator(path, config.accountId, catalog, sealer, now)
    return { path, catalog, sealer, tls, administrator, notices: noticesOf(path), close }
  } catch (error) {
    await close()
    if (error instanceof StartupError) throw error
    throw new StartupError(catalogProblem(path, error as Error))
  }
}

/** Those asked for, and the address listened on, so that the printed URL is good. */
function certificateNames({ tlsNames, listen: { host } }: Config): readonly string[] {
  // Not 0.0.0.0 and ::, which stand for all addresses, nor fe80::1%eth0, which no certificate can name.
  const canBeNamed = isIP(host) === 0 || !/^[0:.]+$|%/.test(host)
  return canBeNamed ? [...tlsNames, host] : tlsNames
}

function noticesOf(path: string): string[] {
  if (hasCredentials(path)) return []
  return [
    `${credentialsFile(path)} is gone; the administrator's access key stays valid and cannot be shown again.`,
  ]
}

async function openCatalog(path: string, startCatalog: (file: string) => Promise<Catalog>): Promise<Catalog> {
  try {
    return await startCatalog(join(path, 'catalog.db'))
  } catch (error) {
    const { name, message } = error as Error
    if (name === 'DatabaseInUse') throw new StartupError(await inUse(path))
    if (name === 'DatabaseTooNew') {
      throw new StartupError(`${path} was used by a later version of Wick (${message}). Use that version.`)
    }
    throw new StartupError(catalogProblem(path, (await refusal(path)) ?? (error as Error)))
  }
}

/** Why nothing can be written there; null where it can. SQLite only says that something went wrong. */
async function refusal(path: string): Promise<Error | null> {
  try {
    await access(path, constants.W_OK)
    return null
  } catch (error) {
    return error as Error
  }
}

function catalogProblem(path: string, error: Error): string {
  const reason = databaseReasons[error.message] ?? reasonOf(error)
  return `The catalog ${join(path, 'catalog.db')} cannot be used: ${reason}.`
}

/** SQLite's words for what the operating system refused. */
const databaseReasons: Readonly<Record<string, string>> = {
  'database or disk is full': 'the disk is full',
  'attempt to write a readonly database': 'this user may not write it',
  'unable to open database file': 'this user may not open it, or it is a directory',
}

/** Who holds the lock, for the message to whoever comes second. The lock itself is the catalog's. */
function lockNote(path: string): string {
  return join(path, 'wick.pid')
}

/** For people only: a disk that is full must not keep a server from serving what it holds. */
async function writeLockNote(path: string): Promise<void> {
  await writeFile(lockNote(path), `${process.pid}\n`, { mode: 0o600 }).catch(() => {})
}

async function inUse(path: string): Promise<string> {
  const holder = (await readFile(lockNote(path), 'utf8').catch(() => '')).trim()
  const who = /^\d+$/.test(holder) ? `another wick (process ${holder})` : 'another program'
  return `The data directory ${path} is in use by ${who}. Stop it first, or choose another directory.`
}

import { access, constants, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { listenersOf } from '../config/listener-settings.ts'
import type { Config } from '../config/settings.ts'
import { DirectoryInUse, StartupError } from '../startup-error.ts'
import type { Catalog } from '../storage/catalog.ts'
import { type Accounts, openAccounts } from './accounts.ts'
import { credentialsFile, ensureAdministrator, hasCredentials } from './administrator.ts'
import { makeDirectory, reasonOf } from './durable-file.ts'
import type { Envelope } from './envelope.ts'
import { hasMasterKey, type MasterKeyPlace, openMasterKey } from './master-key.ts'
import { openFiles } from './open-files.ts'
import { ensureTlsMaterial, openTlsMaterial, type TlsMaterial } from './tls-material.ts'

/** An opened data directory: locked against every other server until it is closed. */
export interface DataDirectory {
  /** Absolute. */
  readonly path: string
  readonly catalog: Catalog
  readonly sealer: Envelope
  /** Null with --insecure-http. */
  readonly tls: TlsMaterial | null
  /** Reads it anew, and renews it where that is due. @throws StartupError */
  readonly loadTls: (now: number) => Promise<TlsMaterial>
  readonly accounts: Accounts
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
  // Before SQLite makes one: its files must not lie beside a catalog that is put back.
  if (await isMissingOrEmpty(catalogFile(path))) await refuseDataWithoutCatalog(path)
  const { catalog, close } = await lockDataDirectory(path, startCatalog)
  try {
    if (!(await hasMasterKey(catalog))) await refuseDataWithoutCatalog(path)
    const { sealer } = await openMasterKey(masterKeyPlace(config), catalog)
    const needsTls = listenersOf(config).some(({ insecureHttp }) => !insecureHttp)
    const loadTls = tlsLoader(path, config)
    const tls = needsTls ? await loadTls(now) : null
    const accounts = await openAccounts(catalog, sealer)
    await ensureAdministrator(path, config.accountId, accounts, now)
    return { path, catalog, sealer, tls, loadTls, accounts, notices: await noticesOf(path), close }
  } catch (error) {
    await close()
    if (error instanceof StartupError) throw error
    throw new StartupError(catalogProblem(path, error as Error))
  }
}

/**
 * Opens the catalog of a directory that exists; as long as it is open, nobody else has the directory.
 *
 * @throws StartupError
 */
async function lockDataDirectory(
  path: string,
  startCatalog: (file: string) => Promise<Catalog>,
): Promise<Pick<DataDirectory, 'catalog' | 'close'>> {
  const catalog = await openCatalog(path, startCatalog)
  const close = async (): Promise<void> => {
    await rm(lockNote(path), { force: true }).catch(() => {})
    await catalog.close()
  }
  await writeLockNote(path)
  return { catalog, close }
}

/** The same of a directory that a server was started on before. @throws StartupError */
export async function lockUsedDirectory(
  path: string,
  startCatalog: (file: string) => Promise<Catalog>,
): Promise<Pick<DataDirectory, 'catalog' | 'close'>> {
  // Opening the catalog would make one.
  await access(catalogFile(path)).catch(({ code }: NodeJS.ErrnoException) => {
    const reason = code === 'EACCES' ? 'this user has no permission' : 'there is no catalog.db in it'
    throw new StartupError(`${path} is no data directory of Wick: ${reason}.`)
  })
  return lockDataDirectory(path, startCatalog)
}

export function masterKeyPlace({ dataDirectory, masterKeyFile, masterKey }: Config): MasterKeyPlace {
  return { file: masterKeyFile ?? join(resolve(dataDirectory), 'master.key'), given: masterKey }
}

function tlsLoader(path: string, config: Config): DataDirectory['loadTls'] {
  const { tlsCertificateFile: certificate, tlsKeyFile: key } = config
  if (certificate !== null && key !== null) return (now) => openTlsMaterial({ certificate, key }, now)
  return (now) => ensureTlsMaterial(path, certificateNames(config), now)
}

/** Those asked for, and the addresses listened on, so that the printed URLs are good. */
function certificateNames(config: Config): readonly string[] {
  const hosts = listenersOf(config).map(({ listen }) => listen.host)
  // Not 0.0.0.0 and ::, which stand for all addresses, nor fe80::1%eth0, which no certificate can name.
  return [...config.tlsNames, ...hosts.filter((host) => isIP(host) === 0 || !/^[0:.]+$|%/.test(host))]
}

async function noticesOf(path: string): Promise<string[]> {
  const gone = `${credentialsFile(path)} is gone; the administrator's access key stays valid and cannot be shown again.`
  const open = (await openFiles(path)).map(
    ({ file, mode, fix }) => `${file} is open to other users (mode ${mode}). Run: ${fix}`,
  )
  return [...(hasCredentials(path) ? [] : [gone]), ...open]
}

function catalogFile(path: string): string {
  return join(path, 'catalog.db')
}

async function isMissingOrEmpty(file: string): Promise<boolean> {
  try {
    return (await stat(file)).size === 0
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

/** What the catalog does not name is swept away: one made anew, beside profiles, would take all of them. */
async function refuseDataWithoutCatalog(path: string): Promise<void> {
  for (const place of ['profiles', 'blocks', 'audit']) {
    const entries = await readdir(join(path, place), { recursive: true, withFileTypes: true }).catch(() => [])
    const file = entries.find((entry) => entry.isFile())
    if (file === undefined) continue
    throw new StartupError(
      `${catalogFile(path)} is missing or empty, and there is data that only it can name (${join(file.parentPath, file.name)}). ` +
        'Put it back, or the whole directory from a backup. Nothing was changed.',
    )
  }
}

async function openCatalog(path: string, startCatalog: (file: string) => Promise<Catalog>): Promise<Catalog> {
  try {
    return await startCatalog(catalogFile(path))
  } catch (error) {
    const { name, message } = error as Error
    if (name === 'DatabaseInUse') throw new DirectoryInUse(await inUse(path))
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

/** In plain words, for a StartupError. */
export function catalogProblem(path: string, error: Error): string {
  const reason = databaseReasons[error.message] ?? reasonOf(error)
  return `The catalog ${catalogFile(path)} cannot be used: ${reason}.`
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

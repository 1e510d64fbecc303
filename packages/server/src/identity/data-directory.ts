import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/settings.ts'
import { StartupError } from '../config/startup-error.ts'
import type { Catalog, User } from '../storage/catalog.ts'
import { ensureAdministrator } from './administrator.ts'
import { writeDurably } from './durable-file.ts'
import type { Envelope } from './envelope.ts'
import { openMasterKey } from './master-key.ts'
import { ensureTlsMaterial, type TlsMaterial } from './tls-material.ts'

/** An opened data directory: locked against every other server until its catalog is closed. */
export interface DataDirectory {
  readonly path: string
  readonly catalog: Catalog
  readonly sealer: Envelope
  /** Null with --insecure-http. */
  readonly tls: TlsMaterial | null
  readonly administrator: User
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
  const path = config.dataDirectory
  await makeDirectory(path)
  const catalog = await openCatalog(path, startCatalog)
  try {
    await writeDurably(join(path, 'wick.pid'), `${process.pid}\n`, 0o600)
    const sealer = await openMasterKey(config.masterKeyFile ?? join(path, 'master.key'), catalog)
    const tls = config.insecureHttp ? null : await ensureTlsMaterial(path, config.tlsNames, now)
    const administrator = await ensureAdministrator(path, config.accountId, catalog, sealer, now)
    return { path, catalog, sealer, tls, administrator }
  } catch (error) {
    await catalog.close()
    throw explained(error, path)
  }
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw explained(error, path)
  }
}

async function openCatalog(path: string, startCatalog: (file: string) => Promise<Catalog>): Promise<Catalog> {
  try {
    return await startCatalog(join(path, 'catalog.db'))
  } catch (error) {
    const { name, message } = error as Error
    if (name === 'DatabaseInUse') throw new StartupError(await inUse(path))
    if (name === 'DatabaseTooNew')
      throw new StartupError(`${path} was used by a later version of Wick: ${message}. Use that version.`)
    throw new StartupError(
      `The data directory ${path} cannot be used: ${message}. Check that it is a directory this user may write to.`,
    )
  }
}

async function inUse(path: string): Promise<string> {
  const process = await readFile(join(path, 'wick.pid'), 'utf8').catch(() => '')
  const who = process === '' ? 'another wick' : `another wick (process ${process.trim()})`
  return `The data directory ${path} is in use by ${who}. Stop it first, or choose another directory.`
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'there is a file of that name',
}

function explained(error: unknown, path: string): unknown {
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
  return reason === undefined
    ? error
    : new StartupError(`The data directory ${path} cannot be used: ${reason}.`)
}

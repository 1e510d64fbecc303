import { randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'
import { StartupError } from '../startup-error.ts'
import type { Catalog } from '../storage/catalog.ts'
import { createDurably, reasonOf } from './durable-file.ts'
import { type Envelope, EnvelopeError, envelope } from './envelope.ts'

const checkNote = 'master-key-check'
const checkText = 'wick master key'

/**
 * The master key of an installation: 32 bytes as hexadecimal digits, made on the very first start, demanded on every
 * later one. A value sealed under it lies in the catalog, so that a wrong key is noticed before anything is read or
 * written with it.
 *
 * @throws StartupError where the key is missing, readable by others, malformed or another one
 */
export async function openMasterKey(file: string, catalog: Catalog): Promise<Envelope> {
  const check = await catalog.readNote(checkNote)
  const key = (await readKey(file)) ?? (check === null ? await makeKey(file) : null)
  if (key === null) {
    throw new StartupError(
      `The master key ${file} is missing, and the data is encrypted under it. Put it back (or name its place with ` +
        'WICK_MASTER_KEY_FILE). Nothing was changed.',
    )
  }
  const sealer = envelope(key)
  if (check === null) {
    await catalog.writeNote(checkNote, sealer.seal(checkNote, Buffer.from(checkText)))
    return sealer
  }
  try {
    sealer.open(checkNote, check)
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error
    throw new StartupError(
      `${file} is not the master key of this data (${error.message}). Put the right one back. Nothing was changed.`,
    )
  }
  return sealer
}

/** Null where there is no such file. */
async function readKey(file: string): Promise<Uint8Array | null> {
  let text: string
  try {
    const handle = await open(file)
    try {
      const { mode } = await handle.stat()
      if ((mode & 0o077) !== 0) {
        throw new StartupError(
          `The master key ${file} is open to other users (mode ${(mode & 0o777).toString(8).padStart(4, '0')}). ` +
            `Run: chmod 0400 ${file}`,
        )
      }
      text = await handle.readFile('utf8')
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof StartupError) throw error
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new StartupError(`The master key ${file} cannot be read: ${reasonOf(error as Error)}.`)
  }
  if (!/^[0-9a-f]{64}\n?$/.test(text)) {
    throw new StartupError(
      `${file} holds no master key: 64 hexadecimal digits are expected. Put the right one back. Nothing was changed.`,
    )
  }
  return Buffer.from(text.trim(), 'hex')
}

async function makeKey(file: string): Promise<Uint8Array> {
  const key = randomBytes(32)
  await createDurably(file, `${key.toString('hex')}\n`, 0o400)
  return key
}

import { randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { StartupError } from '../config/startup-error.ts'
import type { Catalog } from '../storage/catalog.ts'
import { writeDurably } from './durable-file.ts'
import { type Envelope, EnvelopeError, envelope } from './envelope.ts'

const checkNote = 'master-key-check'
const checkText = 'wick master key'

/**
 * The master key of an installation: made on the very first start, demanded on every later one. A value sealed under it
 * lies in the catalog, so that a wrong key is noticed before anything is read or written with it.
 *
 * @throws StartupError where the key is missing, readable by others, malformed or another one
 */
export async function openMasterKey(file: string, catalog: Catalog): Promise<Envelope> {
  const check = await catalog.readNote(checkNote)
  const key = (await readKey(file)) ?? (check === null ? await makeKey(file) : null)
  if (key === null) {
    throw new StartupError(
      `The master key ${file} is missing, and the data was encrypted with it. Put it back; nothing was changed.`,
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
      `${file} is not the master key of this data: ${error.message}. Put the right one back; nothing was changed.`,
    )
  }
  return sealer
}

async function readKey(file: string): Promise<Uint8Array | null> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new StartupError(`The master key ${file} cannot be read: ${(error as Error).message}`)
  }
  if (((await stat(file)).mode & 0o077) !== 0) {
    throw new StartupError(`The master key ${file} can be read by others. Run: chmod 0400 ${file}`)
  }
  if (!/^[0-9a-f]{64}\n?$/.test(text)) {
    throw new StartupError(`${file} does not hold a master key: 64 hexadecimal digits are expected.`)
  }
  return Buffer.from(text.trim(), 'hex')
}

async function makeKey(file: string): Promise<Uint8Array> {
  const key = randomBytes(32)
  await writeDurably(file, `${key.toString('hex')}\n`, 0o400)
  return key
}

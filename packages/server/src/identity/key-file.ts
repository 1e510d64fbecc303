import { open } from 'node:fs/promises'
import { SecretKey } from '../config/secret-key.ts'
import { StartupError } from '../startup-error.ts'
import { reasonOf } from './durable-file.ts'

/** A key's digits, a line's end, and one more to see that there is more: whatever is named by mistake is not read whole. */
const longestRead = 66

/**
 * A file with a key, for its owner only: 64 hexadecimal digits. Null where there is no such file.
 *
 * @throws StartupError where it is readable by others, malformed or cannot be read
 */
export async function readKeyFile(file: string): Promise<SecretKey | null> {
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
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestRead), 0, longestRead, null)
      text = buffer.toString('latin1', 0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof StartupError) throw error
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new StartupError(`The master key ${file} cannot be read: ${reasonOf(error as Error)}.`)
  }
  const key = SecretKey.parse(text)
  if (key === null) {
    throw new StartupError(
      `${file} holds no master key: 64 hexadecimal digits are expected (0-9 and a-f). Put the right one back. Nothing was changed.`,
    )
  }
  return key
}

/** @returns the content of a key's file */
export function keyFileContent(key: SecretKey): string {
  return `${Buffer.from(key.bytes).toString('hex')}\n`
}

export const keyFileMode = 0o400

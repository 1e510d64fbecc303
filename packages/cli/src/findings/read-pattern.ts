import { readFile } from 'node:fs/promises'
import { CommandError } from '../command-error.ts'
import { UsageError } from '../usage-error.ts'

/** A pattern in a file, as it is: whether it can be used the server says. */
export async function readPattern(
  command: string,
  files: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const [file, ...more] = files
  if (file === undefined || more.length > 0)
    throw new UsageError(`${command} needs one file with a pattern, as JSON.`)
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CommandError(`${file} cannot be read: ${error.message}`)
  })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new CommandError(`${file} is not JSON: ${(error as Error).message}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CommandError(`${file} must hold one pattern, a JSON object.`)
  return value as Readonly<Record<string, unknown>>
}

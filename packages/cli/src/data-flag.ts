import { parseArgs } from 'node:util'
import { UsageError } from './usage-error.ts'

/** The directory of the running server, of a command that has no other flag. @throws UsageError */
export function dataFlag(command: string, args: readonly string[]): string {
  try {
    const { values } = parseArgs({ args: [...args], options: { data: { type: 'string' } } })
    const data = values.data ?? process.env.WICK_DATA
    if (data !== undefined) return data
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  throw new UsageError(`${command} needs --data DIR, the directory of the running server.`)
}

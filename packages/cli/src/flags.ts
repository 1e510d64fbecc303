import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { UsageError } from './usage-error.ts'

const common = { data: { type: 'string' } } as const

/**
 * The flags of a command that talks to the server running on `--data DIR` (or WICK_DATA), and what stands beside them.
 *
 * @throws UsageError
 */
export function serverFlags<const T extends ParseArgsOptionsConfig>(
  command: string,
  args: readonly string[],
  options: T,
  { takesFiles = false }: { readonly takesFiles?: boolean } = {},
) {
  const { values, positionals } = parsed(args, { ...options, ...common }, takesFiles)
  const data = (values as { data?: string }).data ?? process.env.WICK_DATA
  if (data === undefined)
    throw new UsageError(`${command} needs --data DIR, the directory of the running server.`)
  return { data, values, positionals }
}

function parsed<const T extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: T,
  takesFiles: boolean,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: takesFiles })
  } catch (error) {
    // What Node says behind the first sentence is how to give a file a name that begins with a dash.
    throw new UsageError(`${(error as Error).message.split('. ')[0]}.`)
  }
}

/** @throws UsageError where a flag that a command cannot do without is missing */
export function needed(command: string, flag: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`${command} needs --${flag}.`)
  return value
}

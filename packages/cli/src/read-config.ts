import { readFileSync } from 'node:fs'
import type { Config } from '@wick/server'

/** Settings from flags, environment and file; where they are wrong, all that is wrong, on stderr. */
export async function readConfig(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Config | null> {
  const { loadConfig } = await import('@wick/server')
  const result = loadConfig(args, environment, (name) => readFileSync(name, 'utf8'))
  if (result.kind === 'valid') {
    for (const warning of result.warnings) console.error(`wick: ${warning}`)
    return result.config
  }
  for (const problem of result.problems) console.error(`wick: ${problem}`)
  return null
}

import { readFileSync } from 'node:fs'
import type { Config } from '@wick/server'

/**
 * Settings from flags, environment and file; where they are wrong, all that is wrong, on stderr. Keys are taken out of
 * this process's environment: what it starts does not inherit them.
 */
export async function readConfig(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Config | null> {
  const { loadConfig, secretVariables } = await import('@wick/server')
  const result = loadConfig(args, environment, (name) => readFileSync(name, 'utf8'))
  for (const variable of secretVariables) delete process.env[variable]
  if (result.kind === 'valid') {
    for (const warning of result.warnings) console.error(`wick: ${warning}`)
    return result.config
  }
  for (const problem of result.problems) console.error(`wick: ${problem}`)
  return null
}

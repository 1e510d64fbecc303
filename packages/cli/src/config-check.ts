import { readFileSync } from 'node:fs'

export const configCheck = {
  help: (): string =>
    [
      'wick config check [--json] [the flags of wick serve]',
      '',
      '  Reads the settings as wick serve would. Says everything that is wrong with them, or what each one is and',
      '  where it comes from. Exit code 2 where something is wrong.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { describeConfig, loadConfig } = await import('@wick/server')
    const isJson = args.includes('--json')
    const flags = args.filter((arg) => arg !== '--json')
    const result = loadConfig(flags, process.env, (name) => readFileSync(name, 'utf8'))
    if (isJson) console.log(JSON.stringify(result, null, 2))
    else if (result.kind === 'valid') console.log(describeConfig(result))
    const said = result.kind === 'valid' ? result.warnings : result.problems
    for (const line of said) console.error(`wick: ${line}`)
    return result.kind === 'valid' ? 0 : 2
  },
}

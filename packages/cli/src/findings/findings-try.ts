import { needed, serverFlags } from '../flags.ts'
import { askFindings, findingsFlags } from './ask-findings.ts'
import { askedTime } from './asked-time.ts'
import { readPattern } from './read-pattern.ts'

const command = 'wick findings try'

export const findingsTry = {
  help: (): string =>
    [
      `${command} --data DIR --group NAME PATTERN.json [--from TIME] [--to TIME] [--json]`,
      '',
      '  Says what a pattern would find in the profiles of a group: in the last day unless told otherwise. Nothing is kept.',
      '  How a pattern is written: docs/recommendations.md.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values, positionals } = serverFlags(command, args, findingsFlags, { takesFiles: true })
    const group = needed(command, 'group', values.group)
    const time = askedTime(command, values, Date.now())
    const body = { ...time, pattern: await readPattern(command, positionals) }
    await askFindings({ data, group, path: 'patterns/try', body }, values.json)
    return 0
  },
}

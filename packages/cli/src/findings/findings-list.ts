import { needed, serverFlags } from '../flags.ts'
import { askFindings, findingsFlags } from './ask-findings.ts'
import { askedTime } from './asked-time.ts'

const command = 'wick findings list'

export const findingsList = {
  help: (): string =>
    [
      `${command} --data DIR --group NAME [--from TIME] [--to TIME] [--json]`,
      '',
      '  Says what patterns find in the profiles of a group: in the last day unless told otherwise.',
      '',
      '  --from, --to TIME   2026-11-24T13:00:00Z',
      '  --json              everything, as one JSON object',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values } = serverFlags(command, args, findingsFlags)
    const group = needed(command, 'group', values.group)
    const body = askedTime(command, values, Date.now())
    await askFindings({ data, group, path: 'recommendations', body }, values.json)
    return 0
  },
}

import type { RecommendationsAnswer } from '@wick/wire'
import { adminClient } from '../admin-client.ts'
import { needed, serverFlags } from '../flags.ts'
import { patiently, succeeded } from '../server-answer.ts'
import { askedTime } from './asked-time.ts'
import { shownFindings } from './shown-findings.ts'

const command = 'wick findings list'

const flags = {
  group: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

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
    const { data, values } = serverFlags(command, args, flags)
    const group = needed(command, 'group', values.group)
    const body = JSON.stringify(askedTime(command, values, Date.now()))
    const client = await adminClient(data)
    const target = `/v1/profilingGroups/${encodeURIComponent(group)}/recommendations`
    const answer = succeeded(await patiently(() => client.call('POST', target, body)))
    const found = JSON.parse(answer.body.toString()) as RecommendationsAnswer
    if (values.json) console.log(JSON.stringify(found))
    else for (const line of shownFindings(found)) console.log(line)
    return 0
  },
}

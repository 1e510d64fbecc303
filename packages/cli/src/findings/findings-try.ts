import type { RecommendationsAnswer } from '@wick/wire'
import { adminClient } from '../admin-client.ts'
import { needed, serverFlags } from '../flags.ts'
import { patiently, succeeded } from '../server-answer.ts'
import { askedTime } from './asked-time.ts'
import { readPattern } from './read-pattern.ts'
import { shownFindings } from './shown-findings.ts'

const command = 'wick findings try'

const flags = {
  group: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

export const findingsTry = {
  help: (): string =>
    [
      `${command} --data DIR --group NAME PATTERN.json [--from TIME] [--to TIME] [--json]`,
      '',
      '  Says what a pattern would find in the profiles of a group: in the last day unless told otherwise. Nothing is kept.',
      '  How a pattern is written: docs/recommendations.md.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values, positionals } = serverFlags(command, args, flags, { takesFiles: true })
    const group = needed(command, 'group', values.group)
    const time = askedTime(command, values, Date.now())
    const body = JSON.stringify({ ...time, pattern: await readPattern(command, positionals) })
    const client = await adminClient(data)
    const target = `/v1/profilingGroups/${encodeURIComponent(group)}/patterns/try`
    const answer = succeeded(await patiently(() => client.call('POST', target, body)))
    const found = JSON.parse(answer.body.toString()) as RecommendationsAnswer
    if (values.json) console.log(JSON.stringify(found))
    else for (const line of shownFindings(found)) console.log(line)
    return 0
  },
}

import { serverFlags } from '../flags.ts'
import { printLine } from '../print-line.ts'
import { UsageError } from '../usage-error.ts'
import { type AlarmClient, alarmClient } from './alarm-client.ts'

const command = 'wick alarms list'

/** What DescribeAlarms tells of one; the part that is looked at. */
interface Alarm {
  readonly AlarmName: string
  readonly StateValue: string
  readonly StateReason: string
  readonly StateTransitionedTimestamp: number
  readonly ActionsEnabled: boolean
}

export const alarmsList = {
  help: (): string =>
    [
      `${command} --data DIR [--state OK|ALARM|INSUFFICIENT_DATA] [--json]`,
      '',
      '  Says which alarms there are, their states, since when, and why.',
      '',
      '  --state   only those in this state',
      '  --json    one JSON object for each alarm, as DescribeAlarms tells it',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const options = { state: { type: 'string' }, json: { type: 'boolean', default: false } } as const
    const { data, values } = serverFlags(command, args, options)
    const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA']
    if (values.state !== undefined && !states.includes(values.state))
      throw new UsageError(`${command} --state must be one of ${states.join(', ')}.`)
    const client = await alarmClient(data)
    for await (const alarm of alarmsOf(client, values.state)) {
      if (values.json) console.log(JSON.stringify(alarm))
      else for (const line of linesOf(alarm)) printLine(line)
    }
    return 0
  },
}

async function* alarmsOf(client: AlarmClient, state: string | undefined): AsyncGenerator<Alarm> {
  let token: string | undefined
  do {
    const page = (await client.call('DescribeAlarms', {
      ...{ MaxRecords: 100, StateValue: state, NextToken: token },
    })) as { readonly MetricAlarms: readonly Alarm[]; readonly NextToken?: string }
    yield* page.MetricAlarms
    token = page.NextToken
  } while (token !== undefined)
}

function linesOf({ AlarmName, StateValue, StateReason, ...alarm }: Alarm): readonly string[] {
  const since = new Date(alarm.StateTransitionedTimestamp * 1000).toISOString()
  const muted = alarm.ActionsEnabled ? '' : ', tells nobody'
  return [`${AlarmName}: ${StateValue} since ${since}${muted}`, `  ${StateReason}`]
}

import { adminClient } from './admin-client.ts'
import { needed, serverFlags } from './flags.ts'
import { succeeded } from './server-answer.ts'
import { UsageError } from './usage-error.ts'

const command = 'wick store retention'

const flags = {
  group: { type: 'string' },
  '5min': { type: 'string' },
  hourly: { type: 'string' },
  daily: { type: 'string' },
  default: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const

/** What the server says of a group. */
interface Shown {
  readonly fiveMinuteDays: number
  readonly hourlyDays: number
  readonly dailyDays: number
  readonly isDefault: boolean
  readonly keptSince: Readonly<Record<'fiveMinute' | 'hourly' | 'daily', string | null>>
}

export const storeRetention = {
  help: (): string =>
    [
      `${command} --data DIR --group NAME [--5min 15d --hourly 60d --daily 3y | --default] [--json]`,
      '',
      '  Says how long the profiles of a group are kept, or changes it. The server on DIR must be running; what is too',
      '  old goes within ten minutes.',
      '',
      '  --5min, --hourly, --daily   days (15d), weeks (2w) or years of 365 days (3y): all three are needed',
      '  --default                   as the settings of the server say',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values } = serverFlags(command, args, flags)
    const group = needed(command, 'group', values.group)
    const rule = ruleOf(values)
    if (rule !== null && values.default) throw new UsageError('Give times or --default, not both.')
    const client = await adminClient(data)
    const target = `/v1/profilingGroups/${encodeURIComponent(group)}/retention`
    const method = rule !== null ? 'PUT' : values.default ? 'DELETE' : 'GET'
    const answer = succeeded(await client.call(method, target, rule === null ? '' : JSON.stringify(rule)))
    const shown = JSON.parse(answer.body.toString()) as Shown
    console.log(values.json ? JSON.stringify({ group, ...shown }) : described(group, shown))
    return 0
  },
}

type Rule = Pick<Shown, 'fiveMinuteDays' | 'hourlyDays' | 'dailyDays'>

/** Null where none of the times is given. @throws UsageError */
function ruleOf(values: {
  readonly '5min'?: string
  readonly hourly?: string
  readonly daily?: string
}): Rule | null {
  const { '5min': fiveMinute, hourly, daily } = values
  if (fiveMinute === undefined && hourly === undefined && daily === undefined) return null
  return {
    fiveMinuteDays: days('5min', fiveMinute),
    hourlyDays: days('hourly', hourly),
    dailyDays: days('daily', daily),
  }
}

const unitDays: Readonly<Record<string, number>> = { d: 1, w: 7, y: 365 }

function days(flag: string, text: string | undefined): number {
  const [, count, unit] = /^(\d{1,5})([dwy])$/.exec(text ?? '') ?? []
  if (unit === undefined)
    throw new UsageError(`--5min, --hourly and --daily are needed together, --${flag} as 15d, 2w or 3y.`)
  return Number(count) * unitDays[unit]!
}

function described(group: string, { keptSince, ...shown }: Shown): string {
  const line = (what: string, kept: number, since: string | null): string =>
    `  ${what} ${kept} days${since === null ? '' : `; there are none before ${since}`}`
  return [
    `${group}, ${shown.isDefault ? 'as the settings of the server say' : 'by a rule of its own'}:`,
    line('5 minutes', shown.fiveMinuteDays, keptSince.fiveMinute),
    line('hours    ', shown.hourlyDays, keptSince.hourly),
    line('days     ', shown.dailyDays, keptSince.daily),
  ].join('\n')
}

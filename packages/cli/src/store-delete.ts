import { parseTimestamp } from '@wick/wire'
import { adminClient } from './admin-client.ts'
import { needed, serverFlags } from './flags.ts'
import { counted } from './progress.ts'
import { succeeded } from './server-answer.ts'
import { UsageError } from './usage-error.ts'

const command = 'wick store delete'

const flags = {
  group: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

export const storeDelete = {
  help: (): string =>
    [
      `${command} --data DIR --group NAME --from TIME --to TIME [--json]`,
      '',
      '  Deletes the profiles of a group in [from, to) for good, and frees the disk. The server on DIR must be running.',
      '',
      '  --from, --to TIME   2026-11-24T13:00:00Z: borders of 5-minute windows; of hours or days where nothing finer is',
      '                      kept. The window that is running cannot be deleted.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values } = serverFlags(command, args, flags)
    const group = needed(command, 'group', values.group)
    const query = new URLSearchParams({
      startTime: time('from', values.from),
      endTime: time('to', values.to),
    })
    const client = await adminClient(data)
    const target = `/v1/profilingGroups/${encodeURIComponent(group)}/profiles?${query}`
    const answer = succeeded(await client.call('DELETE', target))
    const { profiles } = JSON.parse(answer.body.toString()) as { profiles: number }
    console.log(
      values.json ? JSON.stringify({ group, profiles }) : `wick: ${counted(profiles, 'profile')} deleted.`,
    )
    return 0
  },
}

function time(flag: string, text: string | undefined): string {
  const given = needed(command, flag, text)
  if (parseTimestamp(given) === null)
    throw new UsageError(`--${flag} must be a time such as 2026-11-24T13:00:00Z, not '${given}'.`)
  return given
}

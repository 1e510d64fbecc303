import { parseTimestamp } from '@wick/wire'
import { UsageError } from '../usage-error.ts'

const day = 24 * 3_600_000

/** What `--from` and `--to` say, as fields of a question: the last day where they say nothing. @throws UsageError */
export function askedTime(
  command: string,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: number,
): { readonly startTime: string; readonly endTime: string } {
  for (const [flag, text] of Object.entries({ from, to }))
    if (text !== undefined && parseTimestamp(text) === null)
      throw new UsageError(`${command} --${flag} must be a time such as 2026-11-24T13:00:00Z.`)
  const end = to ?? new Date(now).toISOString()
  return { startTime: from ?? new Date(parseTimestamp(end)! - day).toISOString(), endTime: end }
}

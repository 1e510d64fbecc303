import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { runningTrail } from './audit-evidence.ts'
import { serverFlags } from './flags.ts'
import { UsageError } from './usage-error.ts'

const pollMilliseconds = 1000

export const auditTail = {
  help: (): string =>
    [
      'wick audit tail --data DIR [--lines NUMBER] [--no-follow] [--json]',
      '',
      '  Prints the newest records of the audit trail of the server running on DIR, one line each, and those to come as they',
      '  are written, until it is stopped.',
      '',
      '  --lines NUMBER  how many of those that are there (10)',
      '  --no-follow     ends with those',
      '  --json          each record as it was written',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values } = serverFlags('wick audit tail', args, {
      lines: { type: 'string', default: '10' },
      'no-follow': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    })
    const lines = Number(values.lines)
    if (!/^\d{1,9}$/.test(values.lines)) throw new UsageError('--lines is a whole number.')
    const show = values.json ? (record: string) => record : lineOf
    const trail = await runningTrail(data)
    let after = Math.max(0, (await trail.auditHead()).sequence - lines)
    for (;;) {
      const records = await trail.recordsAfter(after, 1000)
      const text = records.map(({ record }) => `${show(record)}\n`).join('')
      if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain')
      after = records.at(-1)?.sequence ?? after
      if (records.length >= 1000) continue
      if (values['no-follow']) return 0
      await wait(pollMilliseconds)
    }
  },
}

/** What somebody who watches wants to see: when, who, from where, what, on what, and how it went. */
function lineOf(text: string): string {
  const record = JSON.parse(text)
  const { userIdentity = {}, resources = [], additionalEventData = {} } = record
  const who = userIdentity.userName ?? userIdentity.principalId ?? ''
  const session = userIdentity.sessionContext?.sessionIssuer?.userName
  return [
    record.eventTime,
    (session === undefined ? who : `${session}/${String(who).split(':').at(-1)}`) || userIdentity.type,
    record.sourceIPAddress,
    record.eventName,
    ...resources.map(({ ARN }: { ARN: string }) => ARN),
    ...(additionalEventData.count === undefined ? [] : [`×${additionalEventData.count}`]),
    ...(record.errorCode === undefined ? [] : [record.errorCode]),
  ].join('  ')
}

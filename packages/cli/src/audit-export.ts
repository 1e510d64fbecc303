import { once } from 'node:events'
import { resolve } from 'node:path'
import { serverFlags } from './flags.ts'
import { UsageError } from './usage-error.ts'

export const auditExport = {
  help: (): string =>
    [
      'wick audit export --data DIR [--from INSTANT] [--to INSTANT]',
      '',
      '  Prints the records of the audit trail in DIR, on which no server may run, as JSON lines: each as it was written, in',
      "  CloudTrail's format. INSTANT is as in 2026-11-25T12:00:00Z; both ends are included.",
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values } = serverFlags('wick audit export', args, {
      from: { type: 'string' },
      to: { type: 'string' },
    })
    const range = { from: instant('from', values.from), to: instant('to', values.to) }
    const { readDirectoryTrail } = await import('@wick/server')
    await readDirectoryTrail(resolve(data), range, async (records) => {
      if (!process.stdout.write(records.map((record) => `${record}\n`).join('')))
        await once(process.stdout, 'drain')
    })
    return 0
  },
}

/** @throws UsageError */
function instant(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new UsageError(`--${flag} is an instant such as 2026-11-25T12:00:00Z.`)
  return at
}

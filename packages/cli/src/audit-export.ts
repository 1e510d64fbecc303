import { once } from 'node:events'
import { resolve } from 'node:path'
import { runningTrail } from './audit-evidence.ts'
import { serverFlags } from './flags.ts'
import { UsageError } from './usage-error.ts'

export const auditExport = {
  help: (): string =>
    [
      'wick audit export --data DIR [--from INSTANT] [--to INSTANT]',
      '',
      '  Prints the records of the audit trail in DIR, whether a server runs on it or not, as JSON lines: each as it was',
      "  written, in CloudTrail's format. INSTANT is as in 2026-11-25T12:00:00Z; both ends are included.",
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values } = serverFlags('wick audit export', args, {
      from: { type: 'string' },
      to: { type: 'string' },
    })
    const range = { from: instant('from', values.from), to: instant('to', values.to) }
    const { DirectoryInUse, readDirectoryTrail, readTrail } = await import('@wick/server')
    const print = async (records: readonly string[]): Promise<void> => {
      if (!process.stdout.write(records.map((record) => `${record}\n`).join('')))
        await once(process.stdout, 'drain')
    }
    try {
      await readDirectoryTrail(resolve(data), range, print)
    } catch (error) {
      if (!(error instanceof DirectoryInUse)) throw error
      await readTrail(await runningTrail(data), range, print)
    }
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

import { resolve } from 'node:path'
import { serverFlags } from './flags.ts'
import { UsageError } from './usage-error.ts'

export const auditVerify = {
  help: (): string =>
    [
      'wick audit verify --data DIR [--noted SEQUENCE:HASH] [--json]',
      '',
      '  Follows the audit trail in DIR, on which no server may run, from its first record to its newest, and names the',
      '  first place where a record was changed, removed, inserted or moved: exit code 1. Prints the newest record with its',
      '  hash: kept where the administrator of the server cannot reach, it proves later with --noted that the trail up',
      '  to there was not cut off or written anew.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values } = serverFlags('wick audit verify', args, {
      noted: { type: 'string' },
      json: { type: 'boolean' },
    })
    const noted = values.noted === undefined ? null : parseHead(values.noted)
    const { verifyDirectoryTrail } = await import('@wick/server')
    const verdict = await verifyDirectoryTrail(resolve(data), noted)
    const { records, head, problem } = verdict
    if (values.json) console.log(JSON.stringify(verdict, null, 2))
    else if (problem !== null) console.log(`record ${problem.sequence}: ${problem.what}`)
    else console.log(`${records} records are as they were written, up to ${head.sequence}:${head.hash}`)
    return problem === null ? 0 : 1
  },
}

/** @throws UsageError */
function parseHead(text: string): { sequence: number; hash: string } {
  const [sequence = '', hash = '', ...rest] = text.split(':')
  if (!/^\d{1,15}$/.test(sequence) || !/^[0-9a-f]{64}$/.test(hash) || rest.length > 0)
    throw new UsageError('--noted is SEQUENCE:HASH, as wick audit verify prints it.')
  return { sequence: Number(sequence), hash }
}

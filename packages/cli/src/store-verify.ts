import { type AdminClient, adminClient } from './admin-client.ts'
import { serverFlags } from './flags.ts'
import { counted, progressOn } from './progress.ts'
import { patiently, succeeded } from './server-answer.ts'

const command = 'wick store verify'

interface Finding {
  readonly profilingGroupName?: string
  readonly kind: string
  readonly file: string
  readonly offset: number
  readonly start: number | null
  readonly lost: string
  readonly isQuarantined: boolean
}

export const storeVerify = {
  help: (): string =>
    [
      `${command} --data DIR [--quarantine] [--json]`,
      '',
      '  Has the server running on DIR read everything it keeps and compare it with its checksums, and with what the catalog',
      '  says of it, while it goes on. Says of each damaged file what is lost with it.',
      '',
      '  --quarantine   moves damaged blocks, roll-ups and dictionaries to DIR/blocks/quarantine and forgets them: a roll-up is',
      '                 made again of what it was the sum of; a day whose dictionary is damaged begins anew. Damaged segments',
      '                 are kept aside by themselves when they are sealed',
      '  --json         one JSON object: files, findings',
      '',
      '  Exit code 1 where anything is damaged.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values } = serverFlags(command, args, {
      quarantine: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    })
    const client = await adminClient(data)
    const { files, findings } = await verified(
      client,
      values.quarantine ? '/v1/store/quarantine' : '/v1/store/verify',
    )
    if (values.json) console.log(JSON.stringify({ files, findings }))
    else for (const line of report(files, findings)) console.log(line)
    return findings.length > 0 ? 1 : 0
  },
}

/** Page by page, to the last file. */
async function verified(
  client: AdminClient,
  path: string,
): Promise<{ readonly files: number; readonly findings: readonly Finding[] }> {
  using progress = progressOn(process.stderr)
  const findings: Finding[] = []
  let files = 0
  let nextToken: string | undefined
  do {
    const body = JSON.stringify({ nextToken })
    const answer = succeeded(await patiently(() => client.call('POST', path, body)))
    const page = JSON.parse(answer.body.toString()) as {
      readonly files: number
      readonly findings: readonly Finding[]
      readonly nextToken?: string
    }
    files += page.files
    findings.push(...page.findings)
    nextToken = page.nextToken
    progress.show(`${counted(files, 'file')} read, ${findings.length} damaged`, null)
  } while (nextToken !== undefined)
  return { files, findings }
}

function report(files: number, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [`wick: ${counted(files, 'file')} read, all as they were written`]
  const lines = findings.flatMap(({ profilingGroupName, file, offset, start, lost, isQuarantined }) => {
    const of = [
      ...(profilingGroupName === undefined ? [] : [`group ${profilingGroupName}`]),
      ...(start === null ? [] : [new Date(start).toISOString()]),
    ].join(', ')
    return [
      `wick: damaged: ${file}, byte ${offset}${of === '' ? '' : ` (${of})`}`,
      `      lost: ${lost}`,
      ...(isQuarantined ? ['      moved to quarantine'] : []),
    ]
  })
  return [...lines, `wick: ${counted(files, 'file')} read, ${findings.length} findings`]
}

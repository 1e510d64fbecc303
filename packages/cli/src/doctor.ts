import { adminClient } from './admin-client.ts'
import { CommandError } from './command-error.ts'
import { serverFlags } from './flags.ts'
import { succeeded } from './server-answer.ts'

/** See the server's doctor/finding.ts. */
interface Finding {
  readonly severity: string
  readonly id: string
  readonly subject: string
  readonly problem: string
  readonly fix: string
}

export const doctor = {
  help: (): string =>
    [
      'wick doctor --data DIR [--json]',
      '',
      '  Asks the server running on DIR what is unsafe about it: its listeners, certificate and files, and the',
      '  identities of the account, each with what to do about it. Exit code 1 where something is unsafe; what is',
      '  only worth knowing is a note.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values } = serverFlags('wick doctor', args, { json: { type: 'boolean' } })
    const client = await adminClient(data)
    const { body } = succeeded(await client.call('GET', '/v1/doctor'))
    const { findings } = parseReport(body)
    const unsafe = findings.filter(({ severity }) => severity === 'unsafe').length
    if (values.json) console.log(JSON.stringify({ findings }, null, 2))
    else console.log(described(findings, unsafe))
    return unsafe === 0 ? 0 : 1
  },
}

function parseReport(body: Buffer): { readonly findings: readonly Finding[] } {
  const report = JSON.parse(body.toString()) as { findings?: readonly Finding[] }
  if (!Array.isArray(report.findings)) throw new CommandError('The server is of a version without a doctor.')
  return { findings: report.findings }
}

function described(findings: readonly Finding[], unsafe: number): string {
  const lines = findings.flatMap(({ severity, id, subject, problem, fix }) => [
    `${severity}  ${subject} ${problem}  [${id}]`,
    `  fix: ${fix}`,
  ])
  const notes = findings.length - unsafe
  const sum = unsafe === 0 ? 'Nothing is unsafe' : `${unsafe} unsafe`
  return [...lines, `${sum}${notes === 0 ? '' : `, ${notes} to note`}.`].join('\n')
}

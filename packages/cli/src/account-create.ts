import { adminClient } from './admin-client.ts'
import { serverFlags } from './flags.ts'
import { succeeded } from './server-answer.ts'
import { UsageError } from './usage-error.ts'

const command = 'wick account create'

interface Made {
  readonly accountId: string
  readonly userName: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export const accountCreate = {
  help: (): string =>
    [
      `${command} --data DIR ID [--json]`,
      '',
      '  Makes the account ID (twelve digits) on the server running on DIR, with profiling groups and identities of its own,',
      '  and prints the access key of its administrator: once, it cannot be shown again. The lines are those of a',
      '  credentials file of AWS’s tools.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const options = { json: { type: 'boolean', default: false } } as const
    const { data, values, positionals } = serverFlags(command, args, options, { takesFiles: true })
    const [accountId, ...more] = positionals
    if (accountId === undefined || more.length > 0) throw new UsageError(`${command} needs one account ID.`)
    const client = await adminClient(data)
    const answer = await client.call('POST', '/v1/accounts', JSON.stringify({ accountId }))
    const made = JSON.parse(succeeded(answer).body.toString()) as Made
    if (values.json) console.log(JSON.stringify(made))
    else for (const line of credentials(made)) console.log(line)
    return 0
  },
}

function credentials({ accountId, userName, accessKeyId, secretAccessKey }: Made): string[] {
  return [
    `[${userName}-${accountId}]`,
    `aws_access_key_id = ${accessKeyId}`,
    `aws_secret_access_key = ${secretAccessKey}`,
  ]
}

import { serverFlags } from '../flags.ts'
import { UsageError } from '../usage-error.ts'
import { iamClient } from './iam-client.ts'

const command = 'wick iam revoke-sessions'
/** As AWS's console names it; written again, it denies what was given until then. */
const policyName = 'AWSRevokeOlderSessions'

export const revokeSessions = {
  help: (): string =>
    [
      `${command} --data DIR ROLE [--json]`,
      '',
      '  Ends what the sessions of a role may do that were given until now: keys that STS and Roles Anywhere gave, and sessions',
      "  in the console. It is AWS's way: an inline policy of the role, AWSRevokeOlderSessions, denies them everything. Whoever",
      '  may take the role may take it again, so change the trust policy first where that is the trouble.',
      '',
      '  --json   as JSON',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const options = { json: { type: 'boolean', default: false } } as const
    const { data, values, positionals } = serverFlags(command, args, options, { takesFiles: true })
    const [roleName, ...more] = positionals
    if (roleName === undefined || more.length > 0)
      throw new UsageError(`${command} needs the name of one role.`)
    const iam = await iamClient(data)
    const revokedBefore = new Date().toISOString()
    await iam.call('PutRolePolicy', {
      RoleName: roleName,
      PolicyName: policyName,
      PolicyDocument: JSON.stringify(denial(revokedBefore)),
    })
    if (values.json) console.log(JSON.stringify({ roleName, policyName, revokedBefore }))
    else
      console.log(`Sessions of ${roleName} that were given before ${revokedBefore} may do nothing any more.`)
    return 0
  },
}

function denial(before: string): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Action: ['*'],
        Resource: ['*'],
        Condition: { DateLessThan: { 'aws:TokenIssueTime': before } },
      },
    ],
  }
}

import { profilingGroupArn } from '@wick/wire'
import { agentActions, leastPolicy, viewerActions } from '@wick/wire/least-policy'
import { CommandError } from '../command-error.ts'
import { serverFlags } from '../flags.ts'
import { UsageError } from '../usage-error.ts'
import { credentialsFile, type NewKey } from './credentials.ts'
import { type IamClient, iamClient } from './iam-client.ts'

/** A user for one purpose on one group: what it is called and what it may do. */
interface Purpose {
  /** `agent`: of the command, the user's name and its policy. */
  readonly word: string
  readonly actions: readonly string[]
  readonly summary: readonly string[]
}

export const createAgent = createCommand({
  word: 'agent',
  actions: agentActions,
  summary: [
    'Makes a user for the agents of the profiling group GROUP, who may send its profiles and nothing else, and prints',
    'an access key: once, it cannot be shown again. The lines are those of a credentials file of AWS’s tools.',
  ],
})

export const createViewer = createCommand({
  word: 'viewer',
  actions: viewerActions,
  summary: [
    'Makes a user who may look at the profiling group GROUP and change nothing, and prints an access key: once, it',
    'cannot be shown again. The lines are those of a credentials file of AWS’s tools.',
  ],
})

function createCommand({ word, actions, summary }: Purpose) {
  const command = `wick iam create-${word}`
  return {
    help: (): string =>
      [
        `${command} --data DIR GROUP [--user NAME] [--json]`,
        '',
        ...summary.map((line) => `  ${line}`),
        '',
        `  --user NAME   what the user is called; ${word}-GROUP unless told otherwise`,
        '  --json        as JSON',
        '',
        `  The policy allows ${actions.join(' and ')}.`,
        '  What it makes is plain IAM: aws iam shows, changes and deletes it.',
      ].join('\n'),

    run: async (args: readonly string[]): Promise<number> => {
      const options = { user: { type: 'string' }, json: { type: 'boolean', default: false } } as const
      const { data, values, positionals } = serverFlags(command, args, options, { takesFiles: true })
      const [groupName, ...more] = positionals
      if (groupName === undefined || more.length > 0)
        throw new UsageError(`${command} needs the name of one profiling group.`)
      const iam = await iamClient(data)
      const resource = profilingGroupArn({
        accountId: iam.accountId,
        region: iam.admin.region,
        name: groupName,
      })
      const document = leastPolicy(actions, resource)
      const userName = values.user ?? `${word}-${groupName}`
      const key = await makeUser(iam, userName, { name: word, document })
      if (values.json) console.log(JSON.stringify({ groupName, ...key, policy: JSON.parse(document) }))
      else console.log(credentialsFile(key))
      const described = await iam.admin.call('GET', `/profilingGroups/${encodeURIComponent(groupName)}`)
      if (described.status === 404)
        console.error(`wick: There is no profiling group ${groupName} yet; the user is made all the same.`)
      return 0
    },
  }
}

/** All of it, or nothing. */
async function makeUser(
  iam: IamClient,
  userName: string,
  policy: { readonly name: string; readonly document: string },
): Promise<NewKey> {
  const user = { UserName: userName }
  await iam.call('CreateUser', user)
  try {
    await iam.call('PutUserPolicy', { ...user, PolicyName: policy.name, PolicyDocument: policy.document })
    const made = await iam.call('CreateAccessKey', user)
    return { userName, accessKeyId: made.one('AccessKeyId'), secretAccessKey: made.one('SecretAccessKey') }
  } catch (error) {
    await iam.call('DeleteUserPolicy', { ...user, PolicyName: policy.name }).catch(() => {})
    await iam.call('DeleteUser', user).catch(() => {
      throw new CommandError(
        `The user ${userName} was made only in part: delete it with aws iam delete-user.`,
      )
    })
    throw error
  }
}

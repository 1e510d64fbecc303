import { setTimeout } from 'node:timers/promises'
import { CommandError } from '../command-error.ts'
import { serverFlags } from '../flags.ts'
import { UsageError } from '../usage-error.ts'
import { credentialsFile } from './credentials.ts'
import { type IamClient, iamClient } from './iam-client.ts'

const command = 'wick iam rotate-key'

interface Key {
  readonly id: string
  /** ISO 8601. */
  readonly createdAt: string
  /** Null where it was never used. */
  readonly lastUsed: string | null
}

export const rotateKey = {
  help: (): string =>
    [
      `${command} --data DIR USER [--retire] [--json]`,
      '',
      '  Makes another access key for a user and prints it: once, it cannot be shown again. The old key goes on working, so',
      '  that nothing stands still while the new one is handed out. When all use the new one, --retire deletes the old one.',
      '',
      '  --retire   deletes all keys of the user but the newest, and says when they were used last',
      '  --json     as JSON',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const options = {
      retire: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    } as const
    const { data, values, positionals } = serverFlags(command, args, options, { takesFiles: true })
    const [userName, ...more] = positionals
    if (userName === undefined || more.length > 0)
      throw new UsageError(`${command} needs the name of one user.`)
    const iam = await iamClient(data)
    if (values.retire) await retire(iam, userName, values.json)
    else await rotate(iam, userName, values.json)
    return 0
  },
}

async function rotate(iam: IamClient, userName: string, json: boolean): Promise<void> {
  const old = await keysOf(iam, userName)
  if (old.length > 1) {
    throw new CommandError(
      `${userName} has two keys, which is the most: ${command} ${userName} --retire deletes ${old.slice(0, -1).map(described).join(', ')}.`,
    )
  }
  // IAM tells times in seconds: which one is the newest must be seen.
  const next = Math.max(0, ...old.map(({ createdAt }) => Date.parse(createdAt) + 1000))
  if (Date.now() < next) await setTimeout(next - Date.now())
  const made = await iam.call('CreateAccessKey', { UserName: userName })
  const key = { userName, accessKeyId: made.one('AccessKeyId'), secretAccessKey: made.one('SecretAccessKey') }
  if (json) console.log(JSON.stringify({ ...key, oldAccessKeyIds: old.map(({ id }) => id) }))
  else console.log(credentialsFile(key))
  if (old.length > 0)
    console.error(
      `wick: ${old.map(({ id }) => id).join(', ')} goes on working until: ${command} ${userName} --retire`,
    )
}

async function retire(iam: IamClient, userName: string, json: boolean): Promise<void> {
  const keys = await keysOf(iam, userName)
  const [kept, gone] = [keys.at(-1), keys.slice(0, -1)]
  if (kept === undefined || gone.length === 0)
    throw new CommandError(
      `${userName} has ${keys.length === 0 ? 'no key' : 'one key only'}: there is none to retire.`,
    )
  if (gone.at(-1)!.createdAt === kept.createdAt)
    throw new CommandError(
      `The keys of ${userName} were made in the same second: delete the old one with aws iam delete-access-key.`,
    )
  if (gone.some(({ id }) => id === iam.admin.accessKeyId))
    throw new CommandError(
      `${iam.admin.accessKeyId} is the key in the directory, which makes this call: put the new one into its file credentials first.`,
    )
  for (const { id } of gone) await iam.call('DeleteAccessKey', { UserName: userName, AccessKeyId: id })
  if (json) console.log(JSON.stringify({ userName, accessKeyId: kept.id, deleted: gone }))
  else for (const key of gone) console.log(`deleted ${described(key)}`)
}

function described({ id, lastUsed }: Key): string {
  return `${id} (${lastUsed === null ? 'never used' : `last used ${lastUsed}`})`
}

/** Oldest first. */
async function keysOf(iam: IamClient, userName: string): Promise<readonly Key[]> {
  const listed = await iam.call('ListAccessKeys', { UserName: userName })
  const created = listed.all('CreateDate')
  const keys: Key[] = []
  for (const [i, id] of listed.all('AccessKeyId').entries()) {
    const used = await iam.call('GetAccessKeyLastUsed', { AccessKeyId: id })
    keys.push({ id, createdAt: created[i]!, lastUsed: used.all('LastUsedDate')[0] ?? null })
  }
  return keys.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
}

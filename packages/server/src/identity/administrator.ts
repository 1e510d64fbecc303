import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AccessKey, User } from '../iam/account.ts'
import { type Change, put } from '../iam/changes.ts'
import { newId, newSecret } from '../iam/ids.ts'
import { StartupError } from '../startup-error.ts'
import type { Accounts } from './accounts.ts'
import { writeDurably } from './durable-file.ts'

export const administratorName = 'wick-admin'
/** The policy that allows everything. */
export const administratorAccess = 'arn:aws:iam::aws:policy/AdministratorAccess'

export function credentialsFile(directory: string): string {
  return join(directory, 'credentials')
}

/** Nobody can read the secret again: without the file, another access key is needed. */
export function hasCredentials(directory: string): boolean {
  return existsSync(credentialsFile(directory))
}

/**
 * The first account with its first user, made on the first start with one access key, which is written to
 * DIR/credentials (AWS's shared-credentials format) and nowhere else. The file comes first: a start cut off in between
 * makes a new key and writes it again. Later starts change nothing: the administrator is a user like any other, and may
 * be gone.
 *
 * @throws StartupError where the directory's accounts are others
 */
export async function ensureAdministrator(
  directory: string,
  accountId: string,
  accounts: Accounts,
  now: number,
): Promise<void> {
  if (accounts.find(accountId) !== null) return
  const others = accounts.ids()
  if (others.length > 0) {
    throw new StartupError(
      `${directory} has no account ${accountId}, but ${others.join(', ')}. Start with --account ${others[0]}.`,
    )
  }
  const { accessKey, secret, changes } = newAdministrator(now)
  const text = `[${administratorName}]\naws_access_key_id = ${accessKey.id}\naws_secret_access_key = ${secret}\n`
  await writeDurably(credentialsFile(directory), text, 0o600)
  await accounts.create(accountId, changes)
}

/** A user who may do everything, and a key of theirs: what an account begins with. */
export function newAdministrator(now: number): {
  readonly user: User
  readonly accessKey: AccessKey
  readonly secret: string
  readonly changes: readonly Change[]
} {
  const user: User = {
    id: newId('user'),
    name: administratorName,
    path: '/',
    createdAt: now,
    inlinePolicies: {},
    attachedPolicies: [administratorAccess],
    permissionsBoundary: null,
    tags: {},
    groups: [],
  }
  const accessKey: AccessKey = { id: newId('accessKey'), userId: user.id, isActive: true, createdAt: now }
  const secret = newSecret()
  return {
    user,
    accessKey,
    secret,
    changes: [put('user', user), put('access-key', accessKey, Buffer.from(secret))],
  }
}

export interface AwsConfig {
  readonly region: string
  /** Absolute path of the CA; null over plain HTTP. */
  readonly caBundle: string | null
  readonly endpointUrl: string
}

/**
 * DIR/config for AWS's tools: with it and DIR/credentials, `aws --profile wick-admin codeguruprofiler …` works as it is.
 * Written once the address is known, at every start.
 */
export async function writeAwsConfig(
  directory: string,
  { region, caBundle, endpointUrl }: AwsConfig,
): Promise<void> {
  const lines = ['# Written by wick at every start.', `[profile ${administratorName}]`]
  lines.push(`region = ${region}`, `endpoint_url = ${endpointUrl}`)
  if (caBundle !== null) lines.push(`ca_bundle = ${caBundle}`)
  const text = `${lines.join('\n')}\n`
  const file = join(directory, 'config')
  // Mostly it is the same as before: a start must not fail because the disk is full.
  const before = await readFile(file, 'utf8').catch(() => null)
  if (before !== text) await writeDurably(file, text, 0o600)
}

import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Catalog, User } from '../storage/catalog.ts'
import { writeDurably } from './durable-file.ts'
import type { Envelope } from './envelope.ts'

const administratorName = 'wick-admin'

export function userArn({ accountId, name }: User): string {
  return `arn:aws:iam::${accountId}:user/${name}`
}

/** What an access key's secret is sealed for. */
export function secretPurpose(accessKeyId: string): string {
  return `access-key:${accessKeyId}`
}

/** What a group's data key is sealed for. */
export function dataKeyPurpose(groupId: string): string {
  return `data-key:${groupId}`
}

export function credentialsFile(directory: string): string {
  return join(directory, 'credentials')
}

/** Nobody can read the secret again: without the file, another access key is needed. */
export function hasCredentials(directory: string): boolean {
  return existsSync(credentialsFile(directory))
}

/**
 * The account's first user, made on the first start with one access key, which is written to DIR/credentials (AWS's
 * shared-credentials format) and nowhere else. The file comes first: a start cut off in between makes a new key and
 * writes it again.
 */
export async function ensureAdministrator(
  directory: string,
  accountId: string,
  catalog: Catalog,
  sealer: Envelope,
  now: number,
): Promise<User> {
  const known = await catalog.findAdministrator()
  if (known !== null) return known
  const accessKeyId = makeAccessKeyId()
  // 40 characters, as AWS's.
  const secret = randomBytes(30).toString('base64')
  const text = `[${administratorName}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secret}\n`
  await writeDurably(credentialsFile(directory), text, 0o600)
  const user: User = { id: randomUUID(), accountId, name: administratorName, isAdministrator: true }
  const sealedSecret = sealer.seal(secretPurpose(accessKeyId), Buffer.from(secret))
  await catalog.createUser(user, { accessKeyId, sealedSecret, now })
  return user
}

/** AKIA and 16 characters of base 32, as AWS's. */
function makeAccessKeyId(): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  return `AKIA${Array.from({ length: 16 }, () => letters[randomInt(letters.length)]).join('')}`
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

/** Roles: with the keys of another profile, or with the token that an identity provider wrote to a file. */
import { readFileSync } from 'node:fs'
import { sign } from '@wick/wire/sign'
import type { HttpClient } from '../http-exchange.ts'
import { type Credentials, NoCredentials, parseTemporary } from './credentials.ts'

export interface Sts {
  readonly url: string
  readonly region: string
  readonly http: HttpClient
}

const milliseconds = 5000

export async function assumeRole(
  sts: Sts,
  keys: Credentials,
  role: { readonly arn: string; readonly sessionName: string; readonly externalId?: string | undefined },
): Promise<Credentials> {
  const form = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: role.arn,
    RoleSessionName: role.sessionName,
    ...(role.externalId && { ExternalId: role.externalId }),
  })
  const body = Buffer.from(form.toString())
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    ...(keys.sessionToken !== null && { 'x-amz-security-token': keys.sessionToken }),
  }
  const signed = sign({
    method: 'POST',
    url: sts.url,
    headers,
    body,
    accessKeyId: keys.accessKeyId,
    secretAccessKey: keys.secretAccessKey,
    region: sts.region,
    service: 'sts',
    now: Date.now(),
  })
  return ask(sts, body, { ...headers, ...signed }, role.arn)
}

/** The file is read each time: tokens are renewed there. */
export async function assumeRoleWithWebIdentity(
  sts: Sts,
  role: { readonly arn: string; readonly sessionName: string; readonly tokenFile: string },
): Promise<Credentials> {
  let token = ''
  try {
    token = readFileSync(role.tokenFile, 'utf8').trim()
  } catch (error) {
    throw new NoCredentials(`the web identity token cannot be read: ${(error as Error).message}`)
  }
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role.arn,
    RoleSessionName: role.sessionName,
    WebIdentityToken: token,
  })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return ask(sts, Buffer.from(form.toString()), headers, role.arn)
}

async function ask(
  sts: Sts,
  body: Buffer,
  headers: Record<string, string>,
  arn: string,
): Promise<Credentials> {
  const answer = await sts.http.send({ method: 'POST', url: sts.url, headers, body, milliseconds })
  const text = answer.body.toString()
  if (answer.status !== 200) {
    const reason = element(text, 'Message') || element(text, 'Code') || `status ${answer.status}`
    throw new NoCredentials(`the role ${arn} cannot be assumed: ${reason}`)
  }
  const names = ['AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration']
  const fields = names.map((name) => [name, element(text, name) || undefined] as const)
  return parseTemporary(Object.fromEntries(fields), 'STS')
}

/** The text of the first element of a name. By hand: the answer is foreign, and four names are all that is needed. */
function element(xml: string, name: string): string {
  const open = `<${name}>`
  const from = xml.indexOf(open)
  const to = from < 0 ? -1 : xml.indexOf(`</${name}>`, from)
  if (to < 0) return ''
  return xml
    .slice(from + open.length, to)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
}

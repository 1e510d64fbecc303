/** Roles: with the keys of another profile, or with the token that an identity provider wrote to a file. */
import { readFileSync } from 'node:fs'
import { sign } from '@wick/wire/sign'
import type { Answer, HttpClient } from '../http-exchange.ts'
import type { ServerClock } from '../server-clock.ts'
import { type Credentials, NoCredentials, parseTemporary } from './credentials.ts'

export interface Sts {
  readonly url: string
  readonly region: string
  readonly http: HttpClient
  readonly clock: ServerClock
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
  const attempt = (): Promise<Answer> => {
    const signed = sign({
      method: 'POST',
      url: sts.url,
      headers,
      body,
      accessKeyId: keys.accessKeyId,
      secretAccessKey: keys.secretAccessKey,
      region: sts.region,
      service: 'sts',
      now: sts.clock.now(),
    })
    return send(sts, body, { ...headers, ...signed })
  }
  const first = await attempt()
  // Worth one more: this may be the first server that is asked anything, and the clock off.
  const isClockOff = first.status !== 200 && sts.clock.learns(first.headers.date)
  return credentialsIn(isClockOff ? await attempt() : first, role.arn)
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
  return credentialsIn(await send(sts, Buffer.from(form.toString()), headers), role.arn)
}

function send(sts: Sts, body: Buffer, headers: Record<string, string>): Promise<Answer> {
  return sts.http.send({ method: 'POST', url: sts.url, headers, body, milliseconds })
}

function credentialsIn(answer: Answer, arn: string): Credentials {
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

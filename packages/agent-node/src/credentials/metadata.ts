/** Credentials that the platform hands out: to containers, and to instances (IMDSv2). */
import { readFileSync } from 'node:fs'
import type { HttpClient } from '../http-exchange.ts'
import { isTrue } from '../settings.ts'
import { type Credentials, NoCredentials, parseTemporary } from './credentials.ts'

type Environment = Readonly<Record<string, string | undefined>>

const milliseconds = 1000
const containerHost = 'http://169.254.170.2'

/** null where this is no container with a role. */
export async function containerCredentials(
  environment: Environment,
  http: HttpClient,
): Promise<Credentials | null> {
  const relative = environment.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
  const url = relative ? containerHost + relative : environment.AWS_CONTAINER_CREDENTIALS_FULL_URI
  if (!url) return null
  checkContainerHost(url)
  const tokenFile = environment.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
  const token = tokenFile
    ? readFileSync(tokenFile, 'utf8').trim()
    : environment.AWS_CONTAINER_AUTHORIZATION_TOKEN
  const headers: Record<string, string> = token ? { authorization: token } : {}
  const answer = await http.send({ method: 'GET', url, headers, milliseconds })
  if (answer.status !== 200) throw new NoCredentials(`the container's credentials answer ${answer.status}`)
  return parseTemporary(JSON.parse(answer.body.toString()), "the container's metadata")
}

/** Over plain HTTP only to this machine and to the addresses of ECS and EKS, as every SDK has it. @throws NoCredentials */
function checkContainerHost(text: string): void {
  const { protocol, hostname } = new URL(text)
  const host = hostname.replace(/^\[|\]$/g, '')
  const isNear =
    // A whole address: anybody may have a name that begins with 127. A URL spells every IPv4 address so.
    /^127(\.\d+){3}$/.test(host) ||
    ['localhost', '::1', '169.254.170.2', '169.254.170.23', 'fd00:ec2::23'].includes(host)
  if (protocol !== 'https:' && !isNear) {
    throw new NoCredentials(
      `AWS_CONTAINER_CREDENTIALS_FULL_URI is plain HTTP to ${host}, which is not this machine`,
    )
  }
}

export function instanceHost(environment: Environment): string {
  return (environment.AWS_EC2_METADATA_SERVICE_ENDPOINT || 'http://169.254.169.254').replace(/\/+$/, '')
}

/** null where this is no instance with a role. One attempt, a second at most. */
export async function instanceCredentials(
  environment: Environment,
  http: HttpClient,
): Promise<Credentials | null> {
  if (isTrue(environment.AWS_EC2_METADATA_DISABLED)) return null
  const headers = await instanceToken(environment, http)
  if (headers === null) return null
  const roles = `${instanceHost(environment)}/latest/meta-data/iam/security-credentials/`
  const names = await http.send({ method: 'GET', url: roles, headers, milliseconds })
  const role = names.body.toString().split('\n')[0]!.trim()
  if (names.status !== 200 || role === '') return null
  const answer = await http.send({
    method: 'GET',
    url: roles + encodeURIComponent(role),
    headers,
    milliseconds,
  })
  if (answer.status !== 200) return null
  return parseTemporary(JSON.parse(answer.body.toString()), "the instance's metadata")
}

/** IMDSv2: a PUT for a token comes first. null where nobody answers. */
export async function instanceToken(
  environment: Environment,
  http: HttpClient,
): Promise<Record<string, string> | null> {
  try {
    const answer = await http.send({
      method: 'PUT',
      url: `${instanceHost(environment)}/latest/api/token`,
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' },
      milliseconds,
    })
    return answer.status === 200 ? { 'x-aws-ec2-metadata-token': answer.body.toString().trim() } : null
  } catch {
    return null
  }
}

/** The request handler behind a real socket, on real services. For tests. */
import { mkdtempSync, rmSync } from 'node:fs'
import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as plainRequest,
} from 'node:http'
import { request as tlsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sign } from '@wick/wire/sigv4'
import type { NamedPolicy } from '../../access/access-request.ts'
import { type DigestChain, openDigestChain } from '../../audit/digest-chain.ts'
import { trailFiles } from '../../audit/digest-files.ts'
import { type AuditTrail, auditTrail } from '../../audit/trail.ts'
import type { CertificateRule } from '../../config/certificate-rules.ts'
import { type Surface, surfaces } from '../../config/listener-settings.ts'
import { put } from '../../iam/changes.ts'
import { newSecret } from '../../iam/ids.ts'
import { testAccessKey, testUser } from '../../iam/testing/identities.ts'
import { administratorAccess } from '../../identity/administrator.ts'
import { issueServerCertificate, makeAuthority } from '../../identity/certificate-authority.ts'
import { type ConsoleAccess, consoleAccess } from '../../identity/console-access.ts'
import {
  type TestServices,
  type TestServicesOptions,
  testServices,
} from '../../operations/testing/test-services.ts'
import type { OidcSignIn } from '../../sign-in/oidc.ts'
import { ownPasskeys } from '../../sign-in/own-passkeys.ts'
import { signIn } from '../../sign-in/sign-in.ts'
import type { Subject } from '../../storage/catalog.ts'
import { consoleFiles } from '../console-files.ts'
import { startListener, type Timeouts } from '../listener.ts'
import type { LogEntry } from '../log.ts'
import { loopbackAnd, type Networks, networksOf } from '../networks.ts'
import type { Readiness } from '../readiness.ts'
import { requestHandler } from '../request-handler.ts'

export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of temporary credentials. */
  readonly sessionToken?: string
}

export interface Call {
  readonly method?: string
  /** `path?query`, raw. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface Signing {
  readonly key?: AccessKey
  readonly region?: string
  /** `codeguru-profiler` unless told otherwise. */
  readonly service?: string
  /** Epoch milliseconds. */
  readonly at?: number
}

export interface Received {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
}

export interface TestServer {
  readonly url: string
  readonly port: number
  readonly test: TestServices
  readonly access: ConsoleAccess
  readonly administrator: Subject
  readonly key: AccessKey
  readonly log: LogEntry[]
  readonly trail: AuditTrail
  readonly digests: DigestChain
  /** Where its files lie, below `audit`. */
  readonly auditDirectory: string
  /** An empty directory where the console would lie. */
  readonly consoleDirectory: string
  readiness: Readiness
  isDraining: boolean
  mayReadMetrics: (address: string | undefined) => boolean
  /** As it is: no signature, no cookie. */
  send(call: Call): Promise<Received>
  /** Signed by the administrator now, unless told otherwise. */
  signed(call: Call, signing?: Signing): Promise<Received>
  /** A request whose body the test writes itself. */
  open(call: Call): { readonly request: ClientRequest; readonly received: Promise<Received> }
  /** A user to whom the managed policies are attached. */
  addUser(name: string, ...attachedPolicies: string[]): Promise<AccessKey & { readonly subject: Subject }>
  /** A console session of the administrator. */
  signIn(): Promise<{ readonly cookie: string; readonly csrfToken: string }>
  close(): Promise<void>
}

export interface TestServerOptions extends TestServicesOptions {
  readonly tls?: boolean
  readonly oidc?: OidcSignIn
  readonly timeouts?: Partial<Timeouts>
  readonly trustedProxies?: readonly string[]
  readonly serves?: readonly Surface[]
  readonly admits?: Networks
  /** The test may add to them later. */
  readonly certificateRules?: readonly CertificateRule[]
  readonly guardrails?: readonly NamedPolicy[]
  /** Whether each call of an agent has an audit record. */
  readonly isEachRecorded?: boolean
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const test = await testServices(options)
  const consoleDirectory = mkdtempSync(join(tmpdir(), 'wick-console-'))
  const access = consoleAccess(test.catalog, test.services.accounts)
  const isTls = options.tls === true
  const tls = isTls
    ? await issueServerCertificate(await makeAuthority(Date.now()), ['localhost', '127.0.0.1'], Date.now())
    : null
  const log: LogEntry[] = []
  const { services } = test
  const trail = auditTrail({
    append: (drafts) => test.catalog.appendRecords(drafts),
    isEachRecorded: options.isEachRecorded ?? false,
    onFailure: () => {},
  })

  const auditDirectory = mkdtempSync(join(tmpdir(), 'wick-audit-'))
  const digests = await openDigestChain(
    { log: test.catalog, sealer: services.sealer, files: trailFiles(auditDirectory) },
    test.now,
  )

  const addUser: TestServer['addUser'] = async (name, ...attachedPolicies) => {
    const { accountId } = test.config
    const user = testUser(name, { attachedPolicies })
    const key = testAccessKey(user.id)
    const secret = newSecret()
    const changes = [put('user', user), put('access-key', key, Buffer.from(secret))]
    await services.accounts.change(accountId, () => ({ changes, output: null }))
    const subject: Subject = { kind: 'user', accountId, userId: user.id }
    return { accessKeyId: key.id, secretAccessKey: secret, subject }
  }
  const { subject: administrator, ...key } = await addUser('wick-admin', administratorAccess)

  const server = { readiness: { isReady: true, reason: null } as Readiness, isDraining: false }
  let mayReadMetrics = loopbackAnd([])
  const listener = await startListener({
    listen: { host: '127.0.0.1', port: 0 },
    tls,
    ...(options.timeouts !== undefined && { timeouts: options.timeouts }),
    asksForCertificates: options.certificateRules !== undefined,
    handler: requestHandler({
      services,
      identities: {
        config: test.config,
        accounts: services.accounts,
        consoleAccess: access,
        ownPasskeys: ownPasskeys({ accounts: services.accounts, sealer: services.sealer, now: services.now }),
        signIn: signIn({
          accounts: services.accounts,
          passwords: services.passwords,
          sealer: services.sealer,
          secondFactor: services.secondFactor,
          requiresMfa: test.config.requireConsoleMfa,
          now: services.now,
        }),
        sessions: services.sessions,
        now: services.now,
      },
      publicServices: {
        console: consoleFiles(consoleDirectory),
        mayReadMetrics: (address) => mayReadMetrics(address),
        readiness: async () => server.readiness,
        oidc: options.oidc ?? null,
      },
      createSignInLink: async (subject) => `link/${await access.createTicket(subject, test.now)}`,
      isDraining: () => server.isDraining,
      log: (entry) => log.push(entry),
      trail,
      digests,
      door: {
        listener: 'default',
        isTrustedProxy: networksOf(options.trustedProxies ?? []),
        surfaces: new Set(options.serves ?? surfaces),
        admits: options.admits ?? (() => true),
        certificateRules: options.certificateRules ?? [],
        guardrails: options.guardrails ?? [],
      },
    }),
  })
  const { url } = listener

  const open: TestServer['open'] = ({ method = 'GET', target, headers = {} }) => {
    const { hostname, port } = new URL(url)
    const common = { hostname, port, method, path: target, headers, agent: false as const }
    const request = isTls ? tlsRequest({ ...common, rejectUnauthorized: false }) : plainRequest(common)
    const received = new Promise<Received>((resolve, reject) => {
      request.once('error', reject)
      request.once('response', (response) => void collect(response).then(resolve, reject))
    })
    return { request, received }
  }
  const send: TestServer['send'] = (call) => {
    // Node announces no body of a DELETE by itself.
    const length = Buffer.byteLength(call.body ?? '')
    const announced = length > 0 ? { 'content-length': String(length) } : {}
    const { request, received } = open({ ...call, headers: { ...call.headers, ...announced } })
    request.end(call.body)
    return received
  }
  return {
    url,
    port: Number(new URL(url).port),
    test,
    access,
    administrator,
    key,
    log,
    trail,
    digests,
    auditDirectory,
    consoleDirectory,
    get readiness() {
      return server.readiness
    },
    set readiness(readiness) {
      server.readiness = readiness
    },
    get isDraining() {
      return server.isDraining
    },
    set isDraining(isDraining) {
      server.isDraining = isDraining
    },
    get mayReadMetrics() {
      return mayReadMetrics
    },
    set mayReadMetrics(allow) {
      mayReadMetrics = allow
    },
    send,
    open,
    signed: (call, signing = {}) => {
      const body = call.body === undefined ? new Uint8Array(0) : Buffer.from(call.body)
      const headers = signedHeaders(url, { ...call, body }, { key, at: test.now, ...signing })
      return send({ ...call, headers, body })
    },
    addUser,
    signIn: async () => {
      const signedIn = await access.open(administrator, null, test.now)
      if (signedIn === null) throw new Error('the administrator is gone')
      return { cookie: signedIn.cookie, csrfToken: signedIn.session.csrfToken }
    },
    close: async () => {
      await listener.close(0)
      await test.close()
      rmSync(consoleDirectory, { recursive: true })
      rmSync(auditDirectory, { recursive: true })
    },
  }
}

/** The call's headers with those of its signature. */
export function signedHeaders(
  url: string,
  { method = 'GET', target, headers = {}, body = '' }: Call,
  {
    key,
    region = 'us-east-1',
    service = 'codeguru-profiler',
    at,
  }: Required<Pick<Signing, 'key' | 'at'>> & Signing,
): Readonly<Record<string, string>> {
  const { sessionToken } = key
  const sent = { ...headers, ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }) }
  return {
    ...sent,
    ...sign({
      method,
      url: `${url}${target}`,
      headers: sent,
      body: Buffer.from(body),
      ...key,
      region,
      service,
      now: at,
    }),
  }
}

async function collect(response: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  return { status: response.statusCode!, headers: response.headers, body, text: body.toString() }
}

/** What a refused caller is told: the error's name, which both carriers must say alike. */
export function errorIn({ headers, text }: Received): string {
  const { __type, message } = JSON.parse(text)
  if (headers['x-amzn-errortype'] !== __type || typeof message !== 'string')
    throw new Error(`the carriers differ: ${headers['x-amzn-errortype']}, ${text}`)
  return __type
}

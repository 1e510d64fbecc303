import { randomUUID } from 'node:crypto'
import { ApiError, formatTimestamp } from '@wick/wire'
import { type CreateSessionInput, parseAnywhereArn } from '@wick/wire/anywhere'
import { evaluate } from '../access/evaluate.ts'
import type { RequestOrigin } from '../access/request-origin.ts'
import type { Account } from '../iam/account.ts'
import { roleArn, sessionArn } from '../iam/arns.ts'
import { findManagedDocument, readPolicy } from '../iam/policies-of.ts'
import type { Desk } from '../roles-anywhere/administration.ts'
import { absent, arnOf } from '../roles-anywhere/entities.ts'
import { type Exchange, exchange } from '../roles-anywhere/exchange.ts'
import type { Presented } from '../roles-anywhere/presented.ts'
import { seen } from '../roles-anywhere/subjects.ts'
import { GrantTooLarge } from '../sts/session-token.ts'
import type { Services } from './context.ts'

/** What the call is made with, beside its input. */
export interface CertificateCall {
  readonly services: Pick<Services, 'accounts' | 'sessions' | 'throttle' | 'now'>
  /** That the request is signed for. */
  readonly region: string
  readonly origin: RequestOrigin
  /** Its key signed the request. */
  readonly presented: Presented
}

/**
 * Exchanges a certificate for a session of a role: where the anchor believes the certificate, the profile allows the role,
 * and the role trusts Roles Anywhere with what the certificate says.
 *
 * @throws ApiError AccessDeniedException, ResourceNotFoundException, ValidationException
 */
export async function createSession(call: CertificateCall, input: CreateSessionInput): Promise<object> {
  const { services, region, presented } = call
  const { accounts, sessions } = services
  const now = services.now()
  const account = accounts.find(parseAnywhereArn(input.trustAnchorArn)?.accountId ?? '')
  if (account === null) throw absent(input.trustAnchorArn)
  const desk: Desk = { account, region, now }
  const given = exchange(desk, input, presented)
  services.throttle.take(`certificate ${account.id}/${given.subject}`, 'CreateSession')
  requireTrust(desk, given, call.origin)

  const { role, profile, sessionName, tags, sourceIdentity, expiresAt } = given
  const subject = { kind: 'role', accountId: account.id, roleId: role.id, sessionName } as const
  const { sessionPolicy, managedPolicyArns } = profile
  const texts = sessionPolicy === null ? [] : [sessionPolicy]
  requirePolicies(account, managedPolicyArns)
  const session = {
    issuedAt: now,
    expiresAt,
    mfaAt: null,
    policies: texts.length + managedPolicyArns.length > 0 ? texts : null,
    policyArns: managedPolicyArns,
    tags,
    transitiveTagKeys: [],
    sourceIdentity,
    federatedProvider: null,
  }
  const credentials = await sessions.issue({ subject, session }).catch(explained)
  const id = randomUUID()
  const subjectId = await accounts.change(account.id, (current) => {
    const changes = seen({ ...desk, account: current }, presented.certificate, id)
    return { changes, output: idOf(current, region, given.subject) ?? id }
  })
  return {
    credentialSet: [
      {
        assumedRoleUser: {
          arn: sessionArn(account.id, role.name, sessionName),
          assumedRoleId: `${role.id}:${sessionName}`,
        },
        credentials: {
          accessKeyId: credentials.accessKeyId,
          secretAccessKey: credentials.secretAccessKey,
          sessionToken: credentials.sessionToken,
          expiration: formatTimestamp(credentials.expiresAt),
        },
        packedPolicySize: 0,
        roleArn: roleArn(account.id, role),
        ...(sourceIdentity !== null && { sourceIdentity }),
      },
    ],
    subjectArn: arnOf(desk, 'subject', { region, id: subjectId }),
  }
}

function idOf(account: Account, region: string, x509Subject: string): string | null {
  return account.subjects.get(`${region}/${x509Subject}`)?.id ?? null
}

/** Without one of them the session would be of no use to anybody. @throws ApiError AccessDeniedException */
function requirePolicies(account: Account, arns: readonly string[]): void {
  for (const arn of arns)
    if (findManagedDocument(account, arn) === null)
      throw new ApiError('AccessDeniedException', `The profile names the policy ${arn}, which is not there.`)
}

function explained(error: unknown): never {
  if (!(error instanceof GrantTooLarge)) throw error
  throw new ApiError(
    'ValidationException',
    'Tags and policies of the session are too large together: map fewer attributes in the profile.',
  )
}

const service = 'rolesanywhere.amazonaws.com'

/** The role's trust policy decides, knowing all that the certificate says. @throws ApiError AccessDeniedException */
function requireTrust({ account, now, region }: Desk, given: Exchange, origin: RequestOrigin): void {
  const { role, trustAnchor, sessionName, tags, sourceIdentity } = given
  const resource = roleArn(account.id, role)
  const context = new Map<string, string | readonly string[]>([
    ['aws:currenttime', new Date(now).toISOString()],
    ['aws:epochtime', String(Math.floor(now / 1000))],
    ['aws:securetransport', String(origin.isSecureTransport)],
    ['aws:sourceip', origin.sourceAddress],
    ['aws:requestedregion', region],
    ['aws:resourceaccount', account.id],
    ['aws:principalisawsservice', 'true'],
    ['aws:principalservicename', service],
    ['aws:sourcearn', arnOf({ account }, 'trust-anchor', trustAnchor)],
    ['aws:sourceaccount', account.id],
    ['sts:rolesessionname', sessionName],
    ['aws:tagkeys', Object.keys(tags)],
  ])
  if (sourceIdentity !== null) context.set('sts:sourceidentity', sourceIdentity)
  for (const [key, value] of Object.entries(tags)) {
    context.set(`aws:principaltag/${key.toLowerCase()}`, value)
    context.set(`aws:requesttag/${key.toLowerCase()}`, value)
  }
  for (const [key, value] of Object.entries(role.tags))
    context.set(`aws:resourcetag/${key.toLowerCase()}`, value)
  const actions = [
    'sts:AssumeRole',
    ...(Object.keys(tags).length > 0 ? ['sts:TagSession'] : []),
    ...(sourceIdentity !== null ? ['sts:SetSourceIdentity'] : []),
  ]
  const policy = readPolicy(role.trustPolicy, 'trust')
  for (const action of actions) {
    const decision = evaluate({
      principal: { kind: 'service', service },
      action,
      resource,
      resourceAccountId: account.id,
      context,
      identityPolicies: [],
      permissionsBoundary: null,
      sessionPolicies: null,
      resourcePolicy: { name: `trust policy of the role ${role.name}`, policy },
      guardrails: [],
    })
    if (decision.kind === 'deny')
      throw new ApiError(
        'AccessDeniedException',
        `Unable to assume role. The role does not trust this certificate with ${action}.`,
      )
  }
}

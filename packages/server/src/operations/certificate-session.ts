import { ApiError } from '@wick/wire'
import { type CreateSessionInput, parseAnywhereArn } from '@wick/wire/anywhere'
import type { NamedPolicy } from '../access/access-request.ts'
import { evaluate } from '../access/evaluate.ts'
import type { Account } from '../iam/account.ts'
import { roleArn } from '../iam/arns.ts'
import { callKeys, type RequestFacts, requestTags } from '../iam/condition-keys.ts'
import { findManagedDocument, readPolicy } from '../iam/policies-of.ts'
import type { PrincipalSession } from '../iam/principal.ts'
import type { Desk } from '../roles-anywhere/administration.ts'
import { absent, arnOf } from '../roles-anywhere/entities.ts'
import { type Exchange, exchange } from '../roles-anywhere/exchange.ts'
import type { Presented } from '../roles-anywhere/presented.ts'
import type { Services } from './context.ts'

/** What a certificate is shown with. Whoever shows it has proven to hold its key. */
export interface CertificateCall {
  readonly services: Pick<Services, 'accounts' | 'throttle' | 'now'>
  readonly region: string
  readonly request: RequestFacts
  /** See OperationContext. */
  readonly guardrails: readonly NamedPolicy[]
  readonly presented: Presented
}

/** What it is good for. */
export interface CertificateSession {
  readonly desk: Desk
  readonly given: Exchange
  readonly session: PrincipalSession
}

/**
 * A session of a role for a certificate: where the anchor believes the certificate, the profile allows the role, and the
 * role trusts Roles Anywhere with what the certificate says.
 *
 * @throws ApiError AccessDeniedException, ResourceNotFoundException, ValidationException, ThrottlingException
 */
export function certificateSession(call: CertificateCall, input: CreateSessionInput): CertificateSession {
  const { services, region, presented } = call
  const now = services.now()
  const account = services.accounts.find(parseAnywhereArn(input.trustAnchorArn)?.accountId ?? '')
  if (account === null) throw absent(input.trustAnchorArn)
  const desk: Desk = { account, region, now }
  const given = exchange(desk, input, presented)
  services.throttle.take(`certificate ${account.id}/${given.subject}`, 'CreateSession')
  requireTrust(desk, given, call)

  const { sessionPolicy, managedPolicyArns } = given.profile
  const texts = sessionPolicy === null ? [] : [sessionPolicy]
  requirePolicies(account, managedPolicyArns)
  const session = {
    issuedAt: now,
    expiresAt: given.expiresAt,
    mfaAt: null,
    policies: texts.length + managedPolicyArns.length > 0 ? texts : null,
    policyArns: managedPolicyArns,
    tags: given.tags,
    transitiveTagKeys: [],
    sourceIdentity: given.sourceIdentity,
    federatedProvider: null,
  }
  return { desk, given, session }
}

/** Without one of them the session would be of no use to anybody. @throws ApiError AccessDeniedException */
function requirePolicies(account: Account, arns: readonly string[]): void {
  for (const arn of arns)
    if (findManagedDocument(account, arn) === null)
      throw new ApiError('AccessDeniedException', `The profile names the policy ${arn}, which is not there.`)
}

const service = 'rolesanywhere.amazonaws.com'

/** The role's trust policy decides, knowing all that the certificate says. @throws ApiError AccessDeniedException */
function requireTrust(
  { account, now, region }: Desk,
  given: Exchange,
  { request, guardrails }: CertificateCall,
): void {
  const { role, trustAnchor, sessionName, tags, sourceIdentity } = given
  const resource = roleArn(account.id, role)
  const context = callKeys({
    now,
    region,
    resourceAccountId: account.id,
    resourceTags: role.tags,
    request,
    conditions: {
      'aws:principalisawsservice': 'true',
      'aws:principalservicename': service,
      'aws:sourcearn': arnOf({ account }, 'trust-anchor', trustAnchor),
      'aws:sourceaccount': account.id,
      'sts:rolesessionname': sessionName,
      ...(sourceIdentity !== null && { 'sts:sourceidentity': sourceIdentity }),
      ...requestTags(tags),
      ...Object.fromEntries(
        Object.entries(tags).map(([key, value]) => [`aws:principaltag/${key.toLowerCase()}`, value]),
      ),
    },
  })
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
      guardrails,
    })
    if (decision.kind === 'deny')
      throw new ApiError(
        'AccessDeniedException',
        `Unable to assume role. The role does not trust this certificate with ${action}.`,
      )
  }
}

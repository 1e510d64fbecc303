import { QueryError, type QueryInput, type QueryOutput, type stsService } from '@wick/wire/query'
import { evaluate } from '../access/evaluate.ts'
import type { Account, OidcProvider } from '../iam/account.ts'
import { oidcProviderArn } from '../iam/arns.ts'
import { callKeys } from '../iam/condition-keys.ts'
import { readPolicy } from '../iam/policies-of.ts'
import { accountIdIn, type FoundRole, findRole } from '../sts/find-role.ts'
import { roleGrant } from '../sts/role-grant.ts'
import { issuerOf, verifyWebIdentity, type WebIdentity } from '../sts/web-identity-token.ts'
import type { OperationContext } from './context.ts'
import { credentialsOutput, roleOutput } from './sts-outputs.ts'

type AssumeRoleWithWebIdentity = (typeof stsService.operations)['AssumeRoleWithWebIdentity']
type Input = QueryInput<AssumeRoleWithWebIdentity>

/** What the call is made with. There is no principal: who calls is what the token says. */
export type WebIdentityCall = Pick<
  OperationContext,
  'accounts' | 'sessions' | 'issuerKeys' | 'config' | 'request' | 'guardrails' | 'now'
>

/**
 * A session of a role, for whoever brings a token of an issuer that the role's account knows and the role trusts. The
 * token comes first: without a good one nobody learns anything of roles.
 *
 * @throws QueryError InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError, AccessDenied …
 */
export async function assumeRoleWithWebIdentity(
  call: WebIdentityCall,
  input: Input,
): Promise<QueryOutput<AssumeRoleWithWebIdentity>> {
  const { accounts, sessions, issuerKeys } = call
  const now = call.now()
  const { account, provider } = findProvider(call, input)
  const identity = await verifyWebIdentity(input.WebIdentityToken, provider, issuerKeys, now)
  const federatedProvider = oidcProviderArn(account.id, provider)
  const found = findRole(accounts, input.RoleArn)
  if (found === null || !isTrusted(call, found, { provider, federatedProvider, identity, input }))
    throw new QueryError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity')

  const wish = {
    sessionName: input.RoleSessionName,
    durationSeconds: input.DurationSeconds,
    policy: input.Policy,
    policyArns: (input.PolicyArns ?? []).map(({ arn }) => arn),
  }
  const given = { mfaAt: null, tags: {}, transitiveTagKeys: [], sourceIdentity: null, federatedProvider }
  const grant = roleGrant(found, wish, given, now)
  const credentials = await sessions.issue(grant)
  return {
    Credentials: credentialsOutput(credentials),
    SubjectFromWebIdentityToken: identity.subject,
    ...roleOutput(found, input.RoleSessionName, grant),
    Provider: provider.url,
    Audience: identity.audience,
  }
}

/** The issuer that the token names, in the account of the role that is asked for. */
function findProvider(
  { accounts }: WebIdentityCall,
  { RoleArn, WebIdentityToken }: Input,
): { readonly account: Account; readonly provider: OidcProvider } {
  const issuer = issuerOf(WebIdentityToken)
  if (issuer === null)
    throw new QueryError(
      'InvalidIdentityToken',
      'The ID Token provided is not a valid JWT: it names no issuer.',
    )
  const account = accounts.find(accountIdIn(RoleArn))
  const provider = account?.oidcProviders.get(issuer.slice('https://'.length))
  if (!account || provider?.url !== issuer)
    throw new QueryError(
      'InvalidIdentityToken',
      `No OpenIDConnect provider found in your account for ${issuer.slice(0, 255)}`,
    )
  return { account, provider }
}

interface Bearer {
  readonly provider: OidcProvider
  readonly federatedProvider: string
  readonly identity: WebIdentity
  readonly input: Input
}

/** Only the role's trust policy can say so. */
function isTrusted(
  { request, config, guardrails, now }: WebIdentityCall,
  { account, role }: FoundRole,
  { provider, federatedProvider, identity, input }: Bearer,
): boolean {
  const issuer = provider.url.slice('https://'.length).toLowerCase()
  const { audience, subject, originalAudience } = identity
  const decision = evaluate({
    principal: { kind: 'web-identity', provider: federatedProvider },
    action: 'sts:AssumeRoleWithWebIdentity',
    resource: input.RoleArn,
    resourceAccountId: account.id,
    context: callKeys({
      now: now(),
      region: config.region,
      resourceAccountId: account.id,
      resourceTags: role.tags,
      request,
      conditions: {
        'aws:federatedprovider': federatedProvider,
        'sts:rolesessionname': input.RoleSessionName,
        [`${issuer}:aud`]: audience,
        [`${issuer}:sub`]: subject,
        ...(originalAudience !== null && { [`${issuer}:oaud`]: originalAudience }),
      },
    }),
    identityPolicies: [],
    permissionsBoundary: null,
    sessionPolicies: null,
    resourcePolicy: { name: `trust policy of ${role.name}`, policy: readPolicy(role.trustPolicy, 'trust') },
    guardrails,
  })
  return decision.kind === 'allow'
}

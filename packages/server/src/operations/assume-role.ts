import { QueryError, type QueryInput, type QueryOutput, type stsService } from '@wick/wire/query'
import type { ConditionValues } from '../access/access.ts'
import { evaluate } from '../access/evaluate.ts'
import { ask } from '../iam/ask.ts'
import { requestTags } from '../iam/condition-keys.ts'
import { readPolicy } from '../iam/policies-of.ts'
import { accountIdIn, type FoundRole, findRole } from '../sts/find-role.ts'
import { roleGrant } from '../sts/role-grant.ts'
import { sessionTags } from '../sts/session-tags.ts'
import { askerOf } from './asker.ts'
import type { OperationContext } from './context.ts'
import { credentialsOutput, roleOutput } from './sts-outputs.ts'
import { acceptCode } from './token-code.ts'

type AssumeRole = (typeof stsService.operations)['AssumeRole']
type Input = QueryInput<AssumeRole>

/**
 * A session of a role, for whoever the role trusts and is allowed to take it. Who may not is told the same whether there
 * is such a role or not.
 *
 * @throws QueryError AccessDenied, ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge
 */
export async function assumeRole(context: OperationContext, input: Input): Promise<QueryOutput<AssumeRole>> {
  const { accounts, principal, sessions } = context
  const now = context.now()
  const chained = principal.kind === 'role' ? principal.session : null
  const { own, tags, transitiveTagKeys } = sessionTags(
    input.Tags ?? [],
    input.TransitiveTagKeys ?? [],
    chained,
  )
  const sourceIdentity = sourceIdentityOf(input, chained?.sourceIdentity ?? null)
  const isMfaGiven = await acceptCode(context, input)
  const found = findRole(accounts, input.RoleArn)
  const actions = [
    'sts:AssumeRole',
    ...(Object.keys(own).length > 0 ? ['sts:TagSession'] : []),
    ...(sourceIdentity === null ? [] : ['sts:SetSourceIdentity']),
  ]
  const conditions: ConditionValues = {
    'sts:rolesessionname': input.RoleSessionName,
    ...(input.ExternalId !== null && { 'sts:externalid': input.ExternalId }),
    ...(sourceIdentity !== null && { 'sts:sourceidentity': sourceIdentity }),
    ...(Object.keys(own).length > 0 && requestTags(own)),
    ...(transitiveTagKeys.length > 0 && { 'sts:transitivetagkeys': transitiveTagKeys }),
    // A code is good for this call, whatever the caller signs with.
    ...(isMfaGiven && { 'aws:multifactorauthpresent': 'true', 'aws:multifactorauthage': '0' }),
  }
  for (const action of actions) requireTrust(context, found, { action, arn: input.RoleArn, conditions })
  if (found === null) throw denied(context, 'sts:AssumeRole', input.RoleArn)

  const wish = {
    sessionName: input.RoleSessionName,
    durationSeconds: input.DurationSeconds,
    policy: input.Policy,
    policyArns: (input.PolicyArns ?? []).map(({ arn }) => arn),
  }
  const mfaAt = isMfaGiven ? now : null
  const given = { mfaAt, tags, transitiveTagKeys, sourceIdentity, federatedProvider: null }
  const grant = roleGrant(found, wish, given, now, chained !== null)
  const credentials = await sessions.issue(grant, context.catalog)
  return {
    Credentials: credentialsOutput(credentials),
    ...roleOutput(found, input.RoleSessionName, grant),
    SourceIdentity: sourceIdentity,
  }
}

interface Question {
  readonly action: string
  readonly arn: string
  readonly conditions: ConditionValues
}

/** Caller and role must both allow it, as the accounts they are of demand. */
function requireTrust(
  context: OperationContext,
  found: FoundRole | null,
  { action, arn, conditions }: Question,
): void {
  const decision =
    found === null
      ? null
      : evaluate(
          ask(
            askerOf(context),
            { action, resource: arn, resourceAccountId: accountIdIn(arn), conditions },
            {
              accountId: found.account.id,
              tags: found.role.tags,
              policy: {
                name: `trust policy of ${found.role.name}`,
                policy: readPolicy(found.role.trustPolicy, 'trust'),
              },
            },
          ),
        )
  if (decision?.kind !== 'allow') throw denied(context, action, arn)
}

function denied({ principal }: OperationContext, action: string, arn: string): QueryError {
  return new QueryError(
    'AccessDenied',
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${arn}`,
  )
}

/** It is handed on from session to session and never changed. */
function sourceIdentityOf({ SourceIdentity: wanted }: Input, inherited: string | null): string | null {
  if (wanted?.toLowerCase().startsWith('aws:'))
    throw new QueryError('ValidationError', "A source identity cannot begin with 'aws:'.")
  if (inherited !== null && wanted !== null && wanted !== inherited)
    throw new QueryError('ValidationError', 'The source identity of a session cannot be changed.')
  return wanted ?? inherited
}

import { QueryError, type QueryInput, type QueryOutput, type stsService } from '@wick/wire/query'
import type { OperationContext } from './context.ts'
import { credentialsOutput } from './sts-outputs.ts'
import { acceptCode } from './token-code.ts'

type GetSessionToken = (typeof stsService.operations)['GetSessionToken']

const standardSeconds = 12 * 60 * 60

/**
 * Temporary credentials of a user, above all to have given a second factor once. They may do what the user may.
 *
 * @throws QueryError AccessDenied
 */
export async function getSessionToken(
  context: OperationContext,
  input: QueryInput<GetSessionToken>,
): Promise<QueryOutput<GetSessionToken>> {
  const { principal, sessions } = context
  const { kind, accountId, entityId: userId, session } = principal
  if (kind !== 'user' || session !== null)
    throw new QueryError('AccessDenied', 'Cannot call GetSessionToken with session credentials')
  const now = context.now()
  // Nothing is refused behind it: that the code is spent is one transaction with the call's record.
  const isMfaGiven = await acceptCode(context, input, context.catalog)
  const grant = {
    subject: { kind: 'user', accountId, userId },
    session: {
      issuedAt: now,
      expiresAt: now + (input.DurationSeconds ?? standardSeconds) * 1000,
      mfaAt: isMfaGiven ? now : null,
      policies: null,
      policyArns: [],
      tags: {},
      transitiveTagKeys: [],
      sourceIdentity: null,
      federatedProvider: null,
    },
  } as const
  const credentials = await sessions.issue(grant, context.catalog)
  return { Credentials: credentialsOutput(credentials) }
}

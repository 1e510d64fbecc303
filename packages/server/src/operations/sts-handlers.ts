import type { stsService } from '@wick/wire/query'
import { assumeRole } from './assume-role.ts'
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts'
import { getSessionToken } from './get-session-token.ts'
import type { QueryHandlers } from './query-handler.ts'

/** What is built of STS. */
export const stsHandlers: QueryHandlers<typeof stsService.operations> = {
  GetCallerIdentity: {
    // Whoever can sign may know who they are.
    access: () => [],
    run: async ({ context: { principal } }) => ({
      UserId: principal.userId,
      Account: principal.accountId,
      Arn: principal.arn,
    }),
  },
  GetSessionToken: {
    // It gives no more than the caller has: AWS, too, asks no policy.
    access: () => [],
    run: ({ context, input }) => getSessionToken(context, input),
  },
  AssumeRole: {
    // Decided on by the operation: the role's trust policy must allow it, and the second factor that comes along counts.
    access: () => [],
    run: ({ context, input }) => assumeRole(context, input),
  },
  AssumeRoleWithWebIdentity: {
    // Decided on by the operation, about whoever the token names; nobody need sign.
    access: () => [],
    run: ({ context, input }) => assumeRoleWithWebIdentity(context, input),
  },
}

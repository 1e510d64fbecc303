import type { stsService } from '@wick/wire/query'
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
}

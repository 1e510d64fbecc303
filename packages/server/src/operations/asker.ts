import type { Asker } from '../iam/ask.ts'
import type { OperationContext } from './context.ts'

/** Whoever makes the call, and its circumstances: what every decision about it begins with. */
export function askerOf({ principal, accounts, config, request, guardrails, now }: OperationContext): Asker {
  const account = accounts.find(principal.accountId)
  if (account === null) throw new Error(`the account ${principal.accountId} is gone`)
  return { principal, account, request, region: config.region, now: now(), guardrails }
}

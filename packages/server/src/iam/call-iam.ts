import type { Account } from './account.ts'
import { apply } from './changes.ts'
import { requireAdministrator } from './last-administrator.ts'
import type { IamCall, IamOperationName, Outcome } from './operations/handler.ts'
import { iamOperations } from './operations/operations.ts'

/** Any operation: each takes the input and gives the output of its own name, as the table's type makes sure. */
type AnyHandler = (account: Account, input: object, call: IamCall) => Outcome<object | null>

/**
 * What an operation does to an account and answers.
 *
 * @param input as `@wick/wire/query` reads it for the operation
 * @throws QueryError
 */
export function callIam(
  account: Account,
  action: IamOperationName,
  input: object,
  call: IamCall,
): Outcome<object | null> {
  const handler = iamOperations[action] as AnyHandler
  const outcome = handler(account, input, call)
  if (outcome.changes.length > 0) {
    const after = apply(account, outcome.changes, account.revision + 1)
    requireAdministrator(account, after, call.caller)
  }
  return outcome
}

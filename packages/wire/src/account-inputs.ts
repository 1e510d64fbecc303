import { isDigits } from './characters.ts'
import { invalid } from './errors.ts'
import { member, required } from './fields.ts'
import { jsonBody, type RequestParts } from './request-parts.ts'

export interface CreateAccountInput {
  /** Twelve digits. */
  readonly accountId: string
}

/** JSON body: `accountId`. */
export function parseCreateAccount({ body }: RequestParts): CreateAccountInput {
  const accountId = required(member(jsonBody(body), 'accountId', 'string'), 'accountId')
  if (accountId.length !== 12 || !isDigits(accountId))
    throw invalid("The value at 'accountId' must be twelve digits, such as 123456789012.")
  return { accountId }
}

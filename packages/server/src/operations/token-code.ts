import { QueryError } from '@wick/wire/query'
import type { Directory } from '../storage/directory.ts'
import type { OperationContext } from './context.ts'

interface GivenFactor {
  /** ARN of the caller's device. */
  readonly SerialNumber: string | null
  readonly TokenCode: string | null
}

/**
 * Whether the call comes with a second factor. One that is wrong fails the call, whatever it is about.
 *
 * @param directory where it is committed that the code is spent, if not by itself: a call that may still be refused must
 *   not have a record that says that it went well
 * @throws QueryError AccessDenied
 */
export async function acceptCode(
  { principal, secondFactor, now }: OperationContext,
  { SerialNumber: serialNumber, TokenCode: code }: GivenFactor,
  directory?: Pick<Directory, 'commitAccount'>,
): Promise<boolean> {
  if (serialNumber === null && code === null) return false
  if (serialNumber === null || code === null)
    throw failed('must provide both MFA serial number and one time pass code.')
  const { kind, accountId, entityId: userId } = principal
  if (kind !== 'user') throw failed('only users have MFA devices.')
  const outcome = await secondFactor.accept({ accountId, userId, serialNumber, code }, now(), directory)
  if (outcome === 'locked')
    throw failed('too many invalid one time pass codes were given: wait a quarter of an hour.')
  if (outcome === 'refused') throw failed('with invalid MFA one time pass code.')
  return true
}

function failed(reason: string): QueryError {
  return new QueryError('AccessDenied', `MultiFactorAuthentication failed, ${reason}`)
}

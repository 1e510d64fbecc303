import { createHash } from 'node:crypto'
import { QueryError } from '@wick/wire/query'

/** Where the next page begins, and a mark of the call it belongs to. It is no secret and grants nothing. */
export function tokenOf(cursor: string, call: readonly string[]): string {
  return `${Buffer.from(cursor).toString('base64url')}.${markOf(call)}`
}

/** @throws QueryError InvalidNextToken where the token is not one of ours, or of another call */
export function cursorOf(token: string, call: readonly string[]): string {
  const cursor = Buffer.from(token.slice(0, 2048).split('.', 1)[0]!, 'base64url').toString()
  if (tokenOf(cursor, call) !== token)
    throw new QueryError(
      'InvalidNextToken',
      'The next token does not belong to this call: repeat it as it was for the first page, or leave the token out.',
    )
  return cursor
}

function markOf(call: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(call)).digest('base64url').slice(0, 16)
}

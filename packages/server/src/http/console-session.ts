import { ApiError, formatTimestamp } from '@wick/wire'
import type { RequestOrigin } from '../access/request-origin.ts'
import { type ConsoleSession, sessionLifetime } from '../identity/console-access.ts'
import type { Answer } from './answer.ts'
import { requireConsole, setCookie } from './console-cookie.ts'
import type { Exchange } from './exchange.ts'
import type { Identities } from './identify.ts'

/** Signing in and out of the console, and who is signed in. */

/** Opens a session with the ticket of a one-time link. @throws AccessDeniedException */
export async function signIn(
  { config, consoleAccess, now }: Identities,
  exchange: Exchange,
  body: Uint8Array,
): Promise<Answer> {
  requireConsole(exchange)
  const opened = await consoleAccess.signIn(parseTicket(body), now())
  if (opened === null) {
    throw new ApiError(
      'AccessDeniedException',
      'The sign-in link was used before or has expired: make a new one with `wick console`.',
    )
  }
  return sessionAnswer(opened.session, config.region, {
    'set-cookie': setCookie(exchange.origin, opened.cookie, sessionLifetime / 1000),
  })
}

function parseTicket(body: Uint8Array): string {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(body).toString())
  } catch {
    throw new ApiError('SerializationException', 'The body is not valid JSON.')
  }
  const ticket = (value as { ticket?: unknown } | null)?.ticket
  if (typeof ticket !== 'string')
    throw new ApiError('SerializationException', "The value at 'ticket' must be a string.")
  return ticket
}

export function sessionAnswer(
  { principal, csrfToken, expiresAt }: ConsoleSession,
  region: string,
  headers: Answer['headers'] = {},
): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      user: { name: principal.name, arn: principal.arn },
      csrfToken,
      expiresAt: formatTimestamp(expiresAt),
      region,
      accountId: principal.accountId,
    }),
  }
}

export async function signOut(
  { consoleAccess }: Identities,
  origin: RequestOrigin,
  cookie: string,
): Promise<Answer> {
  await consoleAccess.signOut(cookie)
  return { status: 204, headers: { 'set-cookie': setCookie(origin, '', 0) }, body: '' }
}

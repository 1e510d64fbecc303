import { ApiError, formatTimestamp } from '@wick/wire'
import type { RequestOrigin } from '../access/request-origin.ts'
import {
  type ConsoleAccess,
  type ConsoleSession,
  type SignedIn,
  sessionLifetime,
} from '../identity/console-access.ts'
import type { SignIn, Step } from '../sign-in/sign-in.ts'
import { siteOf } from '../sign-in/site.ts'
import type { Answer } from './answer.ts'
import { requireConsole, setCookie } from './console-cookie.ts'
import { type Exchange, header } from './exchange.ts'
import { hostOf } from './networks.ts'
import { parseSignIn, type SignInInput } from './sign-in-input.ts'

/** Signing in and out of the console, and who is signed in. */

export interface ConsoleDoor {
  readonly consoleAccess: ConsoleAccess
  readonly signIn: SignIn
  readonly config: { readonly region: string; readonly accountId: string }
  readonly now: () => number
}

/**
 * Opens a session, or says what is needed for one: with the ticket of a one-time link, or step by step with a password.
 *
 * @throws ApiError AccessDeniedException, ThrottlingException
 */
export async function signIn(door: ConsoleDoor, exchange: Exchange, body: Uint8Array): Promise<Answer> {
  requireConsole(exchange)
  const input = parseSignIn(body, door.config.accountId)
  return stepAnswer(door, exchange, await takeStep(door, exchange, input))
}

async function takeStep(
  { consoleAccess, signIn, now }: ConsoleDoor,
  exchange: Exchange,
  input: SignInInput,
): Promise<Step> {
  const { sourceAddress, isSecureTransport } = exchange.origin
  const from = {
    address: hostOf(sourceAddress),
    site: siteOf(header(exchange, 'host') ?? '', isSecureTransport),
  }
  if (input.kind === 'password') return signIn.begin(input.credentials, from)
  if (input.kind === 'proof') return signIn.proceed(input.challenge, input.proof, from)
  const subject = await consoleAccess.takeTicket(input.ticket, now())
  if (subject === null)
    throw new ApiError(
      'AccessDeniedException',
      'The sign-in link was used before or has expired: make a new one with `wick console`.',
    )
  return signIn.admit(subject, from)
}

async function stepAnswer(door: ConsoleDoor, exchange: Exchange, step: Step): Promise<Answer> {
  switch (step.kind) {
    case 'refused':
      throw new ApiError(
        'AccessDeniedException',
        'That is not right. Begin anew with user name and password.',
      )
    case 'locked':
      throw new ApiError('ThrottlingException', 'Too many attempts failed: try again in 15 minutes.')
    case 'signed-in': {
      const opened = await door.consoleAccess.open(step.subject, step.mfaAt, door.now())
      if (opened === null) throw new ApiError('AccessDeniedException', 'The user is gone.')
      return openedAnswer(door, exchange, opened)
    }
    default: {
      const { kind, ...rest } = step
      return json({ step: kind, ...rest })
    }
  }
}

function openedAnswer({ config }: ConsoleDoor, { origin }: Exchange, { session, cookie }: SignedIn): Answer {
  const answer = sessionAnswer(session, config.region, {
    'set-cookie': setCookie(origin, cookie, sessionLifetime / 1000),
  })
  return { ...answer, audited: { kind: 'signed-in', principal: session.principal } }
}

export function sessionAnswer(
  { principal, csrfToken, expiresAt }: ConsoleSession,
  region: string,
  headers: Answer['headers'] = {},
): Answer {
  return json(
    {
      user: { name: principal.name, arn: principal.arn },
      csrfToken,
      expiresAt: formatTimestamp(expiresAt),
      region,
      accountId: principal.accountId,
    },
    headers,
  )
}

export async function signOut(
  { consoleAccess }: Pick<ConsoleDoor, 'consoleAccess'>,
  origin: RequestOrigin,
  cookie: string,
): Promise<Answer> {
  await consoleAccess.signOut(cookie)
  return { status: 204, headers: { 'set-cookie': setCookie(origin, '', 0) }, body: '' }
}

function json(value: unknown, headers: Answer['headers'] = {}): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  }
}

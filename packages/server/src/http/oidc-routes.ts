import { invalid } from '@wick/wire'
import { sessionLifetime } from '../identity/console-access.ts'
import type { OidcSignIn } from '../sign-in/oidc.ts'
import type { Answer } from './answer.ts'
import { cookieValue, setCookie } from './console-cookie.ts'
import type { ConsoleDoor } from './console-session.ts'
import { type Exchange, header } from './exchange.ts'
import type { Log } from './log.ts'

/** The way to the identity provider and back. The browser navigates here itself: these are no calls of the console. */

export const oidcCallback = '/v1/console/oidc/callback'
const signInPage = '/console/sign-in'
const stateCookie = 'oidc'
const stateSeconds = 600

export interface OidcDoor extends ConsoleDoor {
  readonly oidc: OidcSignIn
  readonly log: Log
}

export async function beginOidc({ oidc, log }: OidcDoor, exchange: Exchange): Promise<Answer> {
  const callback = addressOf(exchange, oidcCallback)
  try {
    const { location, state } = await oidc.begin(callback)
    // Lax: it comes back with a navigation from the provider's site.
    const cookie = setCookie(exchange.origin, state, stateSeconds, { name: stateCookie, sameSite: 'Lax' })
    return redirect(location.href, [cookie])
  } catch (error) {
    log({ level: 'warn', event: 'oidc.failed', message: (error as Error).message })
    return redirect(`${signInPage}?trouble=provider`)
  }
}

export async function finishOidc(door: OidcDoor, exchange: Exchange): Promise<Answer> {
  const { origin } = exchange
  const spent = setCookie(origin, '', 0, { name: stateCookie, sameSite: 'Lax' })
  const state = cookieValue(exchange, stateCookie)
  const outcome = await door.oidc.finish(addressOf(exchange, exchange.rawTarget), state)
  if (outcome.kind !== 'signed-in') {
    const message = outcome.kind === 'refused' ? outcome.why : 'no group of theirs maps to a role'
    door.log({ level: 'warn', event: 'oidc.refused', message })
    return notSignedIn(redirect(`${signInPage}?trouble=${outcome.kind}`, [spent]), message)
  }
  const opened = await door.consoleAccess.open(outcome.subject, outcome.mfaAt, door.now())
  if (opened === null)
    return notSignedIn(redirect(`${signInPage}?trouble=no-role`, [spent]), 'there is no such role any more')
  const answer = redirect('/console/', [spent, setCookie(origin, opened.cookie, sessionLifetime / 1000)])
  return { ...answer, audited: { kind: 'signed-in', principal: opened.session.principal } }
}

function notSignedIn(answer: Answer, why: string): Answer {
  return { ...answer, audited: { kind: 'not-signed-in', why } }
}

/** As the browser sees it. @throws ValidationException where the Host header holds no host */
function addressOf(exchange: Exchange, target: string): URL {
  const scheme = exchange.origin.isSecureTransport ? 'https' : 'http'
  const url = URL.parse(`${scheme}://${header(exchange, 'host') ?? 'localhost'}${target}`)
  if (url === null) throw invalid('The Host header holds no host.')
  return url
}

function redirect(location: string, cookies: readonly string[] = []): Answer {
  return { status: 303, headers: { location, 'set-cookie': [...cookies] }, body: '' }
}

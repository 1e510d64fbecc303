import { ApiError } from '@wick/wire'
import type { RequestOrigin } from '../access/request-origin.ts'
import { type ConsoleSession, isCsrfToken } from '../identity/console-access.ts'
import { type Exchange, header } from './exchange.ts'

/**
 * The console's session cookie, and what keeps other sites from using it. Every request with it carries a header that
 * no form or link can set; every change also carries the session's token. Origin and Sec-Fetch-Site, which browsers
 * set by themselves, are a second line.
 */

/** Over plain HTTP a browser takes no cookie that is `Secure`. */
function cookieName(origin: RequestOrigin): string {
  return origin.isSecureTransport ? '__Host-wick' : 'wick-session'
}

/** The cookie's value; null where it is absent, or there are two and one of them may be planted. */
export function sessionCookie(exchange: Exchange): string | null {
  const prefix = `${cookieName(exchange.origin)}=`
  const found = (header(exchange, 'cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix))
  return found.length === 1 ? found[0]!.slice(prefix.length) : null
}

export function setCookie(origin: RequestOrigin, value: string, maxAgeSeconds: number): string {
  const secure = origin.isSecureTransport ? '; Secure' : ''
  return `${cookieName(origin)}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`
}

/** @throws AccessDeniedException where the request may come from another site's page */
export function requireConsole(exchange: Exchange): void {
  if (header(exchange, 'x-wick-console') !== '1') throw denied('The header x-wick-console: 1 is missing.')
  const site = header(exchange, 'sec-fetch-site')
  if (site !== undefined && site !== 'same-origin') throw denied('The request comes from another site.')
  const origin = header(exchange, 'origin')
  if (origin !== undefined && hostOf(origin) !== header(exchange, 'host')?.toLowerCase()) {
    throw denied('The request comes from another origin.')
  }
}

/** @throws AccessDeniedException where a change does not carry the session's token */
export function requireCsrfToken(exchange: Exchange, session: ConsoleSession): void {
  if (exchange.method === 'GET' || exchange.method === 'HEAD') return
  if (!isCsrfToken(session, header(exchange, 'x-wick-csrf') ?? '')) {
    throw denied("The header x-wick-csrf does not hold the session's token: reload the page.")
  }
}

/** The scheme may differ from ours: a proxy in front can speak TLS. */
function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}

function denied(message: string): ApiError {
  return new ApiError('AccessDeniedException', message)
}

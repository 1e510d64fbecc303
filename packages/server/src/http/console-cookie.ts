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
function cookieName(origin: RequestOrigin, name: string | null): string {
  const suffix = name === null ? '' : `-${name}`
  return origin.isSecureTransport ? `__Host-wick${suffix}` : `wick-${name ?? 'session'}`
}

/** The session cookie's value; null where it is absent, or there are two and one of them may be planted. */
export function sessionCookie(exchange: Exchange): string | null {
  return cookieValue(exchange, null)
}

/** @param name null for the session */
export function cookieValue(exchange: Exchange, name: string | null): string | null {
  const prefix = `${cookieName(exchange.origin, name)}=`
  const found = (header(exchange, 'cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix))
  return found.length === 1 ? found[0]!.slice(prefix.length) : null
}

interface CookieKind {
  readonly name: string | null
  readonly sameSite: 'Strict' | 'Lax'
}

const sessionKind: CookieKind = { name: null, sameSite: 'Strict' }

export function setCookie(
  origin: RequestOrigin,
  value: string,
  maxAgeSeconds: number,
  { name, sameSite }: CookieKind = sessionKind,
): string {
  const secure = origin.isSecureTransport ? '; Secure' : ''
  return `${cookieName(origin, name)}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=${sameSite}${secure}`
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

import type { OutgoingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { type Exchange, header } from './exchange.ts'

/** Scripts, styles, images and connections from here alone; no frames, no forms elsewhere, no inline code. */
const always = {
  'content-security-policy':
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; worker-src 'self'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Nothing of it is used. Passkeys, which are, stay with pages of this origin by default.
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  // For browsers that know no frame-ancestors.
  'x-frame-options': 'DENY',
}

const yearSeconds = 31_536_000

/** What a browser is to hold to on every page of the console, wherever it comes from and goes. */
export function pageHeaders(exchange: Exchange): OutgoingHttpHeaders {
  return isToBeRemembered(exchange)
    ? { ...always, 'strict-transport-security': `max-age=${yearSeconds}` }
    : always
}

/**
 * Whether the browser shall ask by TLS only from now on. Over plain HTTP it must not be told so, and `localhost` is everybody's:
 * other programs there would no longer be reached.
 */
function isToBeRemembered(exchange: Exchange): boolean {
  if (!exchange.origin.isSecureTransport) return false
  const host = header(exchange, 'host') ?? ''
  const name = URL.canParse(`https://${host}`) ? new URL(`https://${host}`).hostname : ''
  const isLocal = name === '' || name === 'localhost' || name.endsWith('.localhost')
  return !isLocal && !name.startsWith('[') && isIP(name) === 0
}

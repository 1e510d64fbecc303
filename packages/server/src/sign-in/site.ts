import { isIP } from 'node:net'

/** The site that a browser shows the console at, as passkeys know it. */
export interface Site {
  /** Host name, without a port: what a passkey belongs to. */
  readonly id: string
  /** `https://wick.example.org:8443` */
  readonly origin: string
}

/**
 * @param host of the request's Host header
 * @returns null where no passkey can belong to it: addresses have none, and plain HTTP only on this machine
 */
export function siteOf(host: string, isSecureTransport: boolean): Site | null {
  const url = `${isSecureTransport ? 'https' : 'http'}://${host}`
  if (!URL.canParse(url)) return null
  const { hostname, origin } = new URL(url)
  const isAddress = isIP(hostname) !== 0 || hostname.startsWith('[')
  return isAddress || (!isSecureTransport && hostname !== 'localhost') ? null : { id: hostname, origin }
}

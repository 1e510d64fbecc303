/** Which proxy leads to an address, by the variables that everybody knows: lower case wins, as with curl. */

type Environment = Readonly<Record<string, string | undefined>>

/** @returns null where the way is direct, or what is set is not an address */
export function proxyFor(url: URL, environment: Environment): URL | null {
  const isTls = url.protocol === 'https:'
  const text = isTls
    ? environment.https_proxy || environment.HTTPS_PROXY || environment.all_proxy || environment.ALL_PROXY
    : environment.http_proxy || environment.HTTP_PROXY || environment.all_proxy || environment.ALL_PROXY
  if (!text || isExempt(url, environment.no_proxy || environment.NO_PROXY || '')) return null
  try {
    const proxy = new URL(text.includes('://') ? text : `http://${text}`)
    return proxy.protocol === 'http:' || proxy.protocol === 'https:' ? proxy : null
  } catch {
    return null
  }
}

/** `*`, or names and addresses, each for itself and all below; a port narrows it. */
function isExempt(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry === '*' || (entry !== '' && matches(entry, host, port)))
}

function matches(entry: string, host: string, port: string): boolean {
  const { name, only } = splitPort(entry)
  if (only !== null && only !== port) return false
  const bare = name.replace(/^\*?\./, '')
  return bare !== '' && (host === bare || host.endsWith(`.${bare}`))
}

function splitPort(entry: string): { name: string; only: string | null } {
  if (entry.startsWith('[')) {
    const end = entry.indexOf(']')
    return { name: entry.slice(1, end), only: entry[end + 1] === ':' ? entry.slice(end + 2) : null }
  }
  const colon = entry.indexOf(':')
  // More than one colon: an IPv6 address.
  if (colon < 0 || colon !== entry.lastIndexOf(':')) return { name: entry, only: null }
  return { name: entry.slice(0, colon), only: entry.slice(colon + 1) }
}

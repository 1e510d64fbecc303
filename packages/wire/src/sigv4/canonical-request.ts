import { createHash } from 'node:crypto'

/**
 * The canonical form of a request that Signature Version 4 signs, built from the raw bytes of the request line and
 * the raw headers: never from a framework's decoded view, which loses what was signed.
 */

export const algorithm = 'AWS4-HMAC-SHA256'

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** Percent-encodes everything but the unreserved characters `A-Za-z0-9-._~`; hexadecimal in upper case. */
export function encodeComponent(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/**
 * Services other than S3 sign a normalised path whose segments are encoded a second time: `%2F` on the wire is
 * `%252F` here. Empty and `.` segments go, `..` takes its parent along, a trailing slash stays.
 */
export function canonicalPath(rawPath: string): string {
  const kept: string[] = []
  for (const segment of rawPath.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(encodeComponent(segment))
  }
  const trailing = kept.length > 0 && rawPath.endsWith('/') ? '/' : ''
  return `/${kept.join('/')}${trailing}`
}

/** @throws URIError where the query holds a percent sign that starts no escape */
export function canonicalQuery(rawQuery: string): string {
  const pairs: [string, string][] = []
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
    const value = equals < 0 ? '' : pair.slice(equals + 1)
    pairs.push([encodeComponent(decodeURIComponent(name)), encodeComponent(decodeURIComponent(value))])
  }
  // Encoded text is ASCII, so comparing strings compares bytes.
  pairs.sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Trims, and folds each run of spaces into one. Linear: the text is foreign. */
export function foldSpaces(value: string): string {
  let folded = ''
  let pending = false
  for (const letter of value) {
    if (letter === ' ' || letter === '\t') {
      pending = folded !== ''
    } else {
      folded += pending ? ` ${letter}` : letter
      pending = false
    }
  }
  return folded
}

export interface CanonicalParts {
  readonly method: string
  /** `path?query` as on the request line. */
  readonly rawTarget: string
  /** Lower-case name → values in order of arrival. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  /** Sorted lower-case names. */
  readonly signedHeaders: readonly string[]
  readonly bodySha256Hex: string
}

export function canonicalRequest(parts: CanonicalParts): string {
  const { path, query } = splitTarget(parts.rawTarget)
  const headers = parts.signedHeaders.map((name) => {
    const values = parts.headers.get(name) ?? []
    return `${name}:${values.map(foldSpaces).join(',')}\n`
  })
  return [
    parts.method,
    canonicalPath(path),
    canonicalQuery(query),
    headers.join(''),
    parts.signedHeaders.join(';'),
    parts.bodySha256Hex,
  ].join('\n')
}

export function splitTarget(rawTarget: string): { path: string; query: string } {
  const mark = rawTarget.indexOf('?')
  return mark < 0
    ? { path: rawTarget, query: '' }
    : { path: rawTarget.slice(0, mark), query: rawTarget.slice(mark + 1) }
}

export interface Scope {
  /** yyyymmdd */
  readonly date: string
  readonly region: string
  readonly service: string
}

export function scopeText({ date, region, service }: Scope): string {
  return `${date}/${region}/${service}/aws4_request`
}

export function stringToSign(timestamp: string, scope: Scope, canonical: string): string {
  return [algorithm, timestamp, scopeText(scope), sha256Hex(canonical)].join('\n')
}

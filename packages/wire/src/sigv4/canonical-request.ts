import { createHash } from 'node:crypto'
import { encodeComponent } from '../percent-encoding.ts'
import { queryPairs } from '../query-string.ts'
import { type Headers, splitTarget } from './signed-request.ts'

/**
 * The canonical form of a request that Signature Version 4 signs, built from the raw request line and the raw
 * headers: never from a framework's decoded view, which loses what was signed.
 */

export const algorithm = 'AWS4-HMAC-SHA256'

export interface Scope {
  /** yyyymmdd */
  readonly date: string
  readonly region: string
  readonly service: string
}

export interface CanonicalParts {
  readonly method: string
  /** `path?query` as on the request line. */
  readonly rawTarget: string
  readonly headers: Headers
  /** Lower-case names, ascending. */
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

function canonicalQuery(rawQuery: string): string {
  const pairs = queryPairs(rawQuery).map(
    ([name, value]) => [encodeComponent(name), encodeComponent(value)] as const,
  )
  // Encoded text is ASCII, so comparing strings compares bytes.
  const sorted = pairs.toSorted(
    ([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB),
  )
  return sorted.map(([name, value]) => `${name}=${value}`).join('&')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Trims, and folds each run of blanks into one space. By hand, because a pattern for it could be made to backtrack. */
function foldSpaces(value: string): string {
  let folded = ''
  let isPending = false
  for (const letter of value) {
    if (letter === ' ' || letter === '\t') {
      isPending = folded !== ''
    } else {
      folded += isPending ? ` ${letter}` : letter
      isPending = false
    }
  }
  return folded
}

/** @param name of the algorithm that will sign it */
export function stringToSign(
  timestamp: string,
  scope: Scope,
  canonical: string,
  name: string = algorithm,
): string {
  return [name, timestamp, scopeText(scope), sha256Hex(canonical)].join('\n')
}

export function scopeText({ date, region, service }: Scope): string {
  return `${date}/${region}/${service}/aws4_request`
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

import { type Operation, operations } from './operations.ts'

export interface Route {
  readonly operation: Operation
  /** The path's labels, decoded once. */
  readonly labels: Readonly<Record<string, string>>
}

interface Pattern {
  readonly operation: Operation
  readonly segments: readonly string[]
}

/** `METHOD count-of-segments` → the operations it can be. */
const patterns = Map.groupBy(
  operations.map((operation): Pattern => ({ operation, segments: operation.path.split('/') })),
  ({ operation, segments }) => `${operation.method} ${segments.length}`,
)

/**
 * Finds the operation of a request line. `rawPath` is as received: splitting comes before decoding, and each
 * segment is decoded exactly once, so `%2F` in an ARN stays inside its segment. Nothing is normalised: a path that
 * Signature Version 4 would normalise (empty, `.` or `..` segments) is no operation's path.
 *
 * @returns null where no operation has that method and path (UnknownOperationException)
 */
export function route(method: string, rawPath: string): Route | null {
  const segments = rawPath.split('/')
  for (const pattern of patterns.get(`${method} ${segments.length}`) ?? []) {
    const labels = match(pattern.segments, segments)
    if (labels !== null) return { operation: pattern.operation, labels }
  }
  return null
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  const labels: Record<string, string> = Object.create(null)
  for (const [index, expected] of pattern.entries()) {
    const raw = segments[index]!
    if (!expected.startsWith('{')) {
      if (raw !== expected) return null
      continue
    }
    const value = decodeSegment(raw)
    if (value === null || value === '' || value === '.' || value === '..') return null
    labels[expected.slice(1, -1)] = value
  }
  return labels
}

function decodeSegment(raw: string): string | null {
  try {
    return decodeURIComponent(raw)
  } catch {
    return null
  }
}

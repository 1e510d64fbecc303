import { type Operation, operations } from './operations.ts'

/** What can be found by a request line. */
export interface Routed {
  readonly method: string
  /** Path with `{label}` for each segment that varies. */
  readonly path: string
}

export interface Found<T extends Routed> {
  readonly row: T
  /** The path's labels, decoded once. */
  readonly labels: Readonly<Record<string, string>>
}

/** Finds a request line's row; null where none has that method and path. */
export type Router<T extends Routed> = (method: string, rawPath: string) => Found<T> | null

/**
 * A router over a table. `rawPath` is as received: splitting comes before decoding, and each segment is decoded exactly
 * once, so `%2F` in an ARN stays inside its segment. Nothing is normalised: a path that Signature Version 4 would
 * normalise (empty, `.` or `..` segments) is no row's path.
 */
export function routerOf<T extends Routed>(rows: readonly T[]): Router<T> {
  /** `METHOD count-of-segments` → the rows it can be. */
  const patterns = Map.groupBy(
    rows.map((row) => ({ row, segments: row.path.split('/') })),
    ({ row, segments }) => `${row.method} ${segments.length}`,
  )
  return (method, rawPath) => {
    const segments = rawPath.split('/')
    for (const pattern of patterns.get(`${method} ${segments.length}`) ?? []) {
      const labels = match(pattern.segments, segments)
      if (labels !== null) return { row: pattern.row, labels }
    }
    return null
  }
}

/** The API's operations. */
export const routeOperation: Router<Operation> = routerOf(operations)

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

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

const patterns: readonly Pattern[] = operations.map((operation) => ({
  operation,
  segments: operation.path.split('/'),
}))

/**
 * Finds the operation of a request line. `rawPath` is as received: splitting comes before decoding, and each
 * segment is decoded exactly once, so `%2F` in an ARN stays inside its segment.
 *
 * @returns null where no operation has that method and path (UnknownOperationException)
 */
export function route(method: string, rawPath: string): Route | null {
  const segments = rawPath.split('/')
  for (const pattern of patterns) {
    if (pattern.operation.method !== method || pattern.segments.length !== segments.length) continue
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
    if (value === null || value === '') return null
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

import { QueryError } from '@wick/wire/query'
import type { PrincipalSession } from '../iam/principal.ts'

type Tags = Readonly<Record<string, string>>

export interface SessionTags {
  /** Those given with the call. */
  readonly own: Tags
  /** All that the session has: the own and those handed on to it. */
  readonly tags: Tags
  /** What it hands on in its turn. */
  readonly transitiveTagKeys: readonly string[]
}

/**
 * Tags of a session: those given, and those that the caller's session hands on, which nobody can change.
 *
 * @param from the session that it is asked for with; null where that is none of a role
 * @throws QueryError ValidationError
 */
export function sessionTags(
  given: readonly { readonly Key: string; readonly Value: string }[],
  transitive: readonly string[],
  from: Pick<PrincipalSession, 'tags' | 'transitiveTagKeys'> | null,
): SessionTags {
  const inherited = (from?.transitiveTagKeys ?? []).map((key) => [key, from?.tags[key] ?? ''] as const)
  const taken = new Set(inherited.map(([key]) => key.toLowerCase()))
  const own = new Map<string, string>()
  const ownKeys = new Set<string>()
  for (const { Key, Value } of given) {
    const folded = Key.toLowerCase()
    if (folded.startsWith('aws:')) throw invalid("Tag keys that begin with 'aws:' are kept for the system.")
    if (ownKeys.has(folded))
      throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
    if (taken.has(folded))
      throw invalid(
        'One of the specified transitive tag keys can’t be set because it was set in the source session.',
      )
    ownKeys.add(folded)
    own.set(Key, Value)
  }
  const keys = new Map([...own.keys()].map((key) => [key.toLowerCase(), key]))
  const handedOn = transitive.map((key) => {
    const known = keys.get(key.toLowerCase())
    if (known === undefined)
      throw invalid('The specified transitive tag keys must be included in the requested tags.')
    return known
  })
  return {
    own: Object.fromEntries(own),
    tags: Object.fromEntries([...inherited, ...own]),
    transitiveTagKeys: [...new Set([...inherited.map(([key]) => key), ...handedOn])],
  }
}

function invalid(message: string): QueryError {
  return new QueryError('ValidationError', message)
}

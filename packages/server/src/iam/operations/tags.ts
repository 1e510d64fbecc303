import { QueryError } from '@wick/wire/query'
import { quotas } from '../quotas.ts'
import { requireQuota } from './find.ts'

interface WireTag {
  readonly Key: string
  readonly Value: string
}

type Tags = Readonly<Record<string, string>>

/** Tags → what the API shows. */
export function viewTags(tags: Tags): WireTag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

/** The tags with others set. A key keeps the spelling it came with. @throws QueryError InvalidInput, LimitExceeded */
export function withTags(tags: Tags, added: readonly WireTag[] | null): Tags {
  const seen = new Set<string>()
  const next = new Map(Object.entries(tags))
  for (const { Key, Value } of added ?? []) {
    const folded = Key.toLowerCase()
    if (folded.startsWith('aws:'))
      throw new QueryError('InvalidInput', "Tag keys that begin with 'aws:' are kept for the system.")
    if (seen.has(folded))
      throw new QueryError(
        'InvalidInput',
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      )
    seen.add(folded)
    const known = next.keys().find((key) => key.toLowerCase() === folded)
    next.set(known ?? Key, Value)
  }
  requireQuota(next.size, quotas.tags, 'TagsPerResource')
  return fromEntries(next)
}

export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  const gone = new Set(keys.map((key) => key.toLowerCase()))
  return fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key.toLowerCase())))
}

/** `__proto__` is a key like others. */
function fromEntries(entries: Iterable<readonly [string, string]>): Tags {
  return Object.fromEntries(entries)
}

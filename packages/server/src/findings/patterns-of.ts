import { type Pattern, parsePattern, shippedPatterns } from '@wick/analysis'
import type { PatternOrigin } from '@wick/wire'
import type { FindingsStore, PatternRow } from '../storage/findings-store.ts'

/** A pattern, and whose it is. */
export interface OwnedPattern {
  readonly pattern: Pattern
  readonly origin: PatternOrigin
}

/** As many as a group, or the installation, may have of its own. */
export const maxOwnPatterns = 100

/**
 * The patterns of users that are tried on a group beside those that come with Wick: the installation's, and the group's
 * own, which come in place of the installation's with the same id.
 *
 * @param groupId null for those of the installation alone
 */
export async function ownPatterns(
  catalog: Pick<FindingsStore, 'patternsOf'>,
  groupId: string | null,
): Promise<OwnedPattern[]> {
  const ofAll = (await catalog.patternsOf(null)).flatMap(readable('installation'))
  if (groupId === null) return ofAll
  const ofGroup = (await catalog.patternsOf(groupId)).flatMap(readable('group'))
  const replaced = new Set(ofGroup.map(({ pattern }) => pattern.id))
  return [...ofAll.filter(({ pattern }) => !replaced.has(pattern.id)), ...ofGroup]
}

export function shippedOnes(): OwnedPattern[] {
  return shippedPatterns().map((pattern) => ({ pattern, origin: 'wick' }))
}

export function isShipped(id: string): boolean {
  return shippedPatterns().some((pattern) => pattern.id === id)
}

/** What a later version would refuse, or ships itself by now, is passed over. */
function readable(origin: PatternOrigin) {
  return ({ id, document }: PatternRow): OwnedPattern[] => {
    if (isShipped(id)) return []
    try {
      return [{ pattern: parsePattern(JSON.parse(document)), origin }]
    } catch {
      return []
    }
  }
}

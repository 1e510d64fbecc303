import { type Pattern, parsePattern, shippedPatterns } from '@wick/analysis'
import type { PatternOrigin } from '@wick/wire'
import type { FindingsStore, PatternRow } from '../storage/findings-store.ts'

/** A pattern, and whose it is. */
export interface OwnedPattern {
  readonly pattern: Pattern
  readonly origin: PatternOrigin
}

/** As many as a group, or the installation, may have of its own, and as many frames all their sequences together. */
export const maxOwnPatterns = 100
export const maxOwnFrames = 1000

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
  const ofAll = bounded((await catalog.patternsOf(null)).flatMap(readable('installation')))
  if (groupId === null) return ofAll
  const ofGroup = bounded((await catalog.patternsOf(groupId)).flatMap(readable('group')))
  const replaced = new Set(ofGroup.map(({ pattern }) => pattern.id))
  return [...ofAll.filter(({ pattern }) => !replaced.has(pattern.id)), ...ofGroup]
}

/** How many frames a pattern's sequences have: what it costs to look for it. */
export function framesOf({ targetFrames, notUnder }: Pattern): number {
  return [...targetFrames, ...notUnder].reduce((sum, { length }) => sum + length, 0)
}

/** Those that came in at one time, by several calls, may be more than there is room for: the last ones wait. */
function bounded(own: readonly OwnedPattern[]): OwnedPattern[] {
  let room = maxOwnFrames
  return own.filter(({ pattern }) => {
    room -= framesOf(pattern)
    return room >= 0
  })
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

import { type CallTree, nameAt } from '@wick/profile'
import { anyFrames, type Pattern } from '../pattern.ts'
import type { Place } from '../pattern-matcher.ts'

/** The reference for PatternMatcher: every node's whole path, every way to lay a sequence on it, regular expressions. */
export function naivePlaces(
  tree: CallTree,
  patterns: readonly Pick<Pattern, 'targetFrames' | 'notUnder'>[],
): Place[] {
  const places: Place[] = []
  const paths: string[][] = [[]]
  for (let node = 1; node < tree.parent.length; node++)
    paths.push([...paths[tree.parent[node]!]!, nameAt(tree.names, tree.frame[node]!)])
  for (const [pattern, { targetFrames, notUnder }] of patterns.entries()) {
    for (let node = 1; node < tree.parent.length; node++) {
      const sequence = targetFrames.findIndex((frames) => endsWith(paths[node]!, frames))
      if (sequence < 0) continue
      const above = paths[node]!.map((_, i) => paths[node]!.slice(0, i + 1))
      if (above.some((path) => notUnder.some((frames) => endsWith(path, frames)))) continue
      if (above.slice(0, -1).some((path) => targetFrames.some((frames) => endsWith(path, frames)))) continue
      places.push({ pattern, sequence, node })
    }
  }
  return places
}

/** Whether a sequence can be laid on a path so that its last frame is the path's. */
function endsWith(path: readonly string[], frames: readonly string[]): boolean {
  if (frames.length === 0) return true
  const frame = frames.at(-1)!
  const before = frames.slice(0, -1)
  if (frame === anyFrames)
    return Array.from({ length: path.length + 1 }, (_, i) => path.slice(0, i)).some((part) =>
      endsWith(part, before),
    )
  return path.length > 0 && isLike(path.at(-1)!, frame) && endsWith(path.slice(0, -1), before)
}

export function isLike(name: string, glob: string): boolean {
  const parts = glob.split('*').map((part) => RegExp.escape(part))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name)
}

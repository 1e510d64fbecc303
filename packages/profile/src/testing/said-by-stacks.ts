import type { CallTree } from '../call-tree.ts'
import { type NaiveProfile, naiveFromTree } from './naive.ts'

/**
 * What a format that lists stacks can say of a tree, path by path: only paths with samples and what is above them, and
 * of their lines the first.
 *
 * @param firstSayable lines below it are unknown to the format
 */
export function saidByStacks(tree: CallTree, firstSayable: number): NaiveProfile {
  const whole = naiveFromTree(tree)
  const said: NaiveProfile = new Map([['[]', whole.get('[]')!]])
  for (const [path, { counts }] of whole) {
    if (counts.size === 0) continue
    const frames = JSON.parse(path) as string[]
    for (let depth = 1; depth <= frames.length; depth++) {
      const above = JSON.stringify(frames.slice(0, depth))
      const { counts: own, file, lines } = whole.get(above)!
      const first = lines === null || lines[0] < firstSayable ? null : lines[0]
      said.set(above, { counts: own, file, lines: first === null ? null : [first, first] })
    }
  }
  return said
}

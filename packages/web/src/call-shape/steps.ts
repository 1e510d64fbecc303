/** What was done to a picture, in order: a chain that is shown, undone and kept in links. */
import { isInPackage, packageLabel } from './packages.ts'
import { compose, type Reshaped, type Shape } from './shape.ts'
import {
  type Chosen,
  collapseDirectRecursion,
  collapseInto,
  collapseRecursion,
  drop,
  focus,
  hide,
  merge,
} from './transforms.ts'

/** Which frames are meant: those of one name, or all whose name matches a regular expression. */
export type Frames =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'pattern'; readonly pattern: string }

export const frameSteps = ['focus', 'hide', 'drop', 'merge', 'recursion'] as const
export type FrameStep = (typeof frameSteps)[number]

export type Step =
  | { readonly kind: FrameStep; readonly frames: Frames }
  /** Every frame that calls itself directly. */
  | { readonly kind: 'direct-recursion' }
  /** Frames of a package that call each other become one. */
  | { readonly kind: 'package'; readonly prefix: string }

const byFrames: Readonly<Record<FrameStep, (shape: Shape, chosen: Chosen) => Reshaped>> = {
  focus,
  hide,
  drop,
  merge,
  recursion: collapseRecursion,
}

/** What a pattern means, by name: 1 where it matches. */
export type Match = (names: readonly string[], pattern: string) => Promise<Chosen>

export interface Stepped {
  readonly shape: Shape
  /** By node of the tree before all steps: the node that has its samples; -1: nobody. Null: no step changed it. */
  readonly nodeOf: Int32Array | null
  /** The names before, and those that steps made. */
  readonly names: readonly string[]
}

export async function applySteps(
  tree: Shape,
  names: readonly string[],
  steps: readonly Step[],
  match: Match,
): Promise<Stepped> {
  let shape: Shape = tree
  let nodeOf: Int32Array | null = null
  let all = names
  for (const step of steps) {
    let next: Reshaped
    if (step.kind === 'direct-recursion') next = collapseDirectRecursion(shape)
    else if (step.kind === 'package') {
      const chosen = Uint8Array.from(all, (name) => (isInPackage(name, step.prefix) ? 1 : 0))
      const label = packageLabel(step.prefix)
      if (!all.includes(label)) all = [...all, label]
      next = collapseInto(shape, chosen, all.indexOf(label))
    } else next = byFrames[step.kind](shape, await chosenBy(step.frames, all, match))
    shape = next.shape
    nodeOf = compose(nodeOf, next.nodeOf)
  }
  return { shape, nodeOf, names: all }
}

async function chosenBy(frames: Frames, names: readonly string[], match: Match): Promise<Chosen> {
  if (frames.kind === 'pattern') return match(names, frames.pattern)
  return Uint8Array.from(names, (name) => (name === frames.name ? 1 : 0))
}

import { isInPackage, packageOf } from '../call-shape/packages.ts'
import { addUp } from '../call-shape/shape.ts'
import { workspace } from '../call-shape/workspace.ts'
import { type FrameKind, frameKinds, guessKind } from './frame-kind.ts'
import type { FlameLayout } from './layout.ts'
import {
  colouredStates,
  packageColour,
  packageHues,
  rootColour,
  stateColour,
  stripColour,
  variants,
} from './palette.ts'

/** What people say of their packages; the longest prefix that fits wins, else the guess stands. */
export interface KindRule {
  readonly prefix: string
  readonly kind: FrameKind
}

/** Whose code a frame is. @param file empty where unknown */
export function kindOf(name: string, file: string, rules: readonly KindRule[]): FrameKind {
  let best: KindRule | null = null
  for (const rule of rules) {
    if (isInPackage(name, rule.prefix) && (best === null || rule.prefix.length > best.prefix.length))
      best = rule
  }
  return best?.kind ?? guessKind(name, file)
}

/** The colour number of every box: whose code it is, varied by name. Each pair of name and file is judged once. */
export function coloursByKind(
  layout: FlameLayout,
  names: readonly string[],
  files: readonly string[],
  rules: readonly KindRule[] = [],
): Uint8Array<ArrayBuffer> {
  const colours = new Uint8Array(layout.name.length)
  // A name nearly always stands in one file: what was judged last of each name, then all of them.
  const lastFile = new Int32Array(names.length).fill(-2)
  const lastColour = new Uint8Array(names.length)
  const known = new Map<number, number>()
  for (let box = 0; box < colours.length; box++) {
    const name = layout.name[box]!
    const file = layout.file[box]!
    if (name < 0) {
      colours[box] = colourOfNameless(name)
      continue
    }
    if (lastFile[name] !== file) {
      const pair = name * (files.length + 1) + file + 1
      let colour = known.get(pair)
      if (colour === undefined) {
        const kind = kindOf(names[name]!, file < 0 ? '' : files[file]!, rules)
        colour = frameKinds.indexOf(kind) * variants + (hash(names[name]!) % variants)
        known.set(pair, colour)
      }
      lastFile[name] = file
      lastColour[name] = colour
    }
    colours[box] = lastColour[name]!
  }
  return colours
}

/** One hue for each package, chosen by its name: the same in every picture. */
export function coloursByPackage(layout: FlameLayout, names: readonly string[]): Uint8Array<ArrayBuffer> {
  const byName = new Uint8Array(names.length)
  const colours = new Uint8Array(layout.name.length)
  for (let box = 0; box < colours.length; box++) {
    const name = layout.name[box]!
    if (name < 0) {
      colours[box] = colourOfNameless(name)
      continue
    }
    if (byName[name] === 0) byName[name] = packageColour + (hash(packageOf(names[name]!)) % packageHues)
    colours[box] = byName[name]!
  }
  return colours
}

/**
 * The thread state that a box has most samples of.
 *
 * @param states each with what adds its own samples to those of their boxes
 */
export function coloursByState(
  { name, parent }: FlameLayout,
  states: readonly { readonly state: string; readonly addSelf: (samples: Float64Array) => void }[],
): Uint8Array<ArrayBuffer> {
  const memory = workspace.begin()
  const most = memory.float64(name.length).fill(0)
  const samples = memory.float64(name.length)
  const colours = new Uint8Array(name.length)
  for (let box = 0; box < colours.length; box++) colours[box] = colourOfNameless(name[box]!)
  for (const { state, addSelf } of states) {
    const colour = colourOfState(state)
    samples.fill(0)
    addSelf(samples)
    addUp(parent, samples)
    for (let box = 1; box < samples.length; box++) {
      if (samples[box]! <= most[box]! || name[box]! < -1) continue
      most[box] = samples[box]!
      colours[box] = colour
    }
  }
  return colours
}

export function colourOfState(state: string): number {
  const found = colouredStates.indexOf(state as (typeof colouredStates)[number])
  return stateColour + (found < 0 ? colouredStates.length - 1 : found)
}

function colourOfNameless(name: number): number {
  return name < -1 ? stripColour : rootColour
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 8
}

import { frameKinds, guessKind } from './frame-kind.ts'
import type { FlameLayout } from './layout.ts'
import { rootColour, variants } from './palette.ts'

/** The colour number of every box: whose code it is, varied by name. Each pair of name and file is judged once. */
export function coloursOf(
  layout: FlameLayout,
  names: readonly string[],
  files: readonly string[],
): Uint8Array<ArrayBuffer> {
  const known = new Map<number, number>()
  return Uint8Array.from(layout.name, (name, box) => {
    if (name < 0) return rootColour
    const file = layout.file[box]!
    const pair = name * (files.length + 1) + file + 1
    let colour = known.get(pair)
    if (colour === undefined) {
      const kind = guessKind(names[name]!, file < 0 ? '' : files[file]!)
      colour = frameKinds.indexOf(kind) * variants + (hash(names[name]!) % variants)
      known.set(pair, colour)
    }
    return colour
  })
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 8
}

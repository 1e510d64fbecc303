import { encodeName } from '@wick/profile'

/**
 * Many globs, each name judged against all of them at once: the text before the first `*` is looked up in a tree of
 * bytes, so that most names cost a few steps. The rest is compared greedily, each part where it is found first, which is
 * right for `*` alone and never goes back.
 */
export class FrameGlobs {
  readonly #root: Prefix = { next: new Map(), globs: [] }

  /** A glob's number is its place. */
  constructor(globs: readonly string[]) {
    for (const [index, glob] of globs.entries()) {
      const [first = '', ...rest] = glob.split('*')
      const parts = rest.map(encodeName)
      let at = this.#root
      for (const byte of encodeName(first)) {
        let below = at.next.get(byte)
        if (below === undefined) {
          below = { next: new Map(), globs: [] }
          at.next.set(byte, below)
        }
        at = below
      }
      const suffix = parts.pop() ?? null
      at.globs.push({ index, middle: parts.filter((part) => part.length > 0), suffix })
    }
  }

  /** The numbers of the globs that a name matches (one of more than 1,024 bytes none), bytes[from … to) in WTF-8; in no order. */
  matching(bytes: Uint8Array, from: number, to: number): number[] {
    const found: number[] = []
    if (to - from > longestName) return found
    let at: Prefix | undefined = this.#root
    for (let place = from; at !== undefined; place++) {
      for (const glob of at.globs) if (matchesRest(glob, bytes, place, to)) found.push(glob.index)
      at = place < to ? at.next.get(bytes[place]!) : undefined
    }
    return found
  }
}

/** Longer than any function's: whoever sends names cannot make looking at them cost what they want. */
const longestName = 1024

interface Prefix {
  readonly next: Map<number, Prefix>
  /** Those whose first part ends here. */
  readonly globs: Rest[]
}

interface Rest {
  readonly index: number
  /** What stands between two stars. */
  readonly middle: readonly Uint8Array[]
  /** What stands after the last star; null where there is no star. */
  readonly suffix: Uint8Array | null
}

function matchesRest({ middle, suffix }: Rest, bytes: Uint8Array, from: number, to: number): boolean {
  if (suffix === null) return from === to
  const end = to - suffix.length
  if (end < from || !stands(suffix, bytes, end)) return false
  let at = from
  for (const part of middle) {
    while (at + part.length <= end && !stands(part, bytes, at)) at++
    if (at + part.length > end) return false
    at += part.length
  }
  return true
}

function stands(part: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < part.length; i++) if (bytes[at + i] !== part[i]) return false
  return true
}

/**
 * Collapsed stacks, as flame graph tools read them: one line for each call path with samples, frames from the root
 * down joined by `;`, a space, the number of samples.
 *
 * A name that holds `;`, a line break or `%` has them as `%3B`, `%0A`, `%0D`, `%25`; an empty name is `%.`. Everything
 * else stands for itself, spaces included. A lone surrogate becomes U+FFFD. Files and lines have no place here.
 */
import type { CallTree } from '../call-tree.ts'
import type { NameTable } from '../name-table.ts'
import { stackBytes } from '../stack-bytes.ts'
import { selfCounts } from '../totals.ts'
import { withoutSurrogates } from '../well-formed.ts'
import { encodeName } from '../wtf8.ts'

/** All counters added up, or the counter's name as the frame below the root. */
export type CollapsedCounters = 'summed' | 'as-roots'

const semicolon = 0x3b
const newline = 0x0a
const carriageReturn = 0x0d
const percent = 0x25
const space = 0x20

/** @throws ProfileError where it would be longer than `maxBytes` */
export function encodeCollapsed(tree: CallTree, counters: CollapsedCounters, maxBytes?: number): Uint8Array {
  const names = escapedNames(withoutSurrogates(tree.names))
  const own = Int32Array.from(tree.frame, (frame) =>
    frame < 0 ? 0 : names.offsets[frame + 1]! - names.offsets[frame]! + 1,
  )
  const lines = counters === 'summed' ? [summed(tree)] : tree.counters.map(asRoot)
  const entries = lines.reduce((sum, { nodes, prefix }) => sum + nodes.length * (prefix.length + 18), 0)
  const listed = { ...tree, counters: lines.map(({ nodes, counts }) => ({ name: '', nodes, counts })) }
  const out = new Uint8Array(stackBytes(listed, own, 'collapsed stacks', maxBytes) + entries)
  let at = 0
  for (const { prefix, nodes, counts } of lines) {
    for (let k = 0; k < nodes.length; k++) {
      out.set(prefix, at)
      const from = at + prefix.length
      at = writePath(out, from, tree, names, nodes[k]!)
      // The path of the root has no frame: the counter's name stands alone, or nothing does.
      if (at === from && prefix.length > 0) at--
      at = writeCount(out, at, counts[k]!)
    }
  }
  return out.subarray(0, at)
}

interface Lines {
  /** What every line begins with. */
  readonly prefix: Uint8Array
  readonly nodes: Int32Array
  readonly counts: Float64Array
}

function summed(tree: CallTree): Lines {
  const self = selfCounts(tree)
  const nodes = Int32Array.from(self.keys().filter((node) => self[node]! > 0))
  return { prefix: new Uint8Array(0), nodes, counts: Float64Array.from(nodes, (node) => self[node]!) }
}

function asRoot({ name, nodes, counts }: CallTree['counters'][number]): Lines {
  const bytes = encodeName(name.toWellFormed())
  const escaped = escapedNames({ bytes, offsets: Uint32Array.of(0, bytes.length), length: 1 })
  return {
    prefix: Uint8Array.of(...escaped.bytes.subarray(0, escaped.offsets[1]!), semicolon),
    nodes,
    counts,
  }
}

/** Frames from the root down; returns the place after the last one. */
function writePath(out: Uint8Array, at: number, tree: CallTree, names: NameTable, leaf: number): number {
  const { parent, frame } = tree
  let end = at
  for (let node = leaf; node > 0; node = parent[node]!) {
    end += names.offsets[frame[node]! + 1]! - names.offsets[frame[node]!]! + (node === leaf ? 0 : 1)
  }
  let to = end
  for (let node = leaf; node > 0; node = parent[node]!) {
    if (node !== leaf) out[--to] = semicolon
    const from = names.offsets[frame[node]!]!
    for (let i = names.offsets[frame[node]! + 1]! - 1; i >= from; i--) out[--to] = names.bytes[i]!
  }
  return end
}

function writeCount(out: Uint8Array, at: number, count: number): number {
  let to = at
  out[to++] = space
  const digits = String(count)
  for (let i = 0; i < digits.length; i++) out[to++] = digits.charCodeAt(i)
  out[to++] = newline
  return to
}

/** The names as they stand in a line. */
function escapedNames({ bytes, offsets, length }: NameTable): NameTable {
  let size = 0
  for (let name = 0; name < length; name++) {
    if (offsets[name] === offsets[name + 1]) size += 2
    for (let i = offsets[name]!; i < offsets[name + 1]!; i++) size += isSpecial(bytes[i]!) ? 3 : 1
  }
  const escaped = new Uint8Array(size)
  const places = new Uint32Array(length + 1)
  let at = 0
  for (let name = 0; name < length; name++) {
    if (offsets[name] === offsets[name + 1]) {
      escaped[at++] = percent
      escaped[at++] = 0x2e
    }
    for (let i = offsets[name]!; i < offsets[name + 1]!; i++) {
      const byte = bytes[i]!
      if (isSpecial(byte)) {
        const digits = byte.toString(16).toUpperCase().padStart(2, '0')
        escaped[at++] = percent
        escaped[at++] = digits.charCodeAt(0)
        escaped[at++] = digits.charCodeAt(1)
      } else {
        escaped[at++] = byte
      }
    }
    places[name + 1] = at
  }
  return { bytes: escaped, offsets: places, length }
}

function isSpecial(byte: number): boolean {
  return byte === semicolon || byte === newline || byte === carriageReturn || byte === percent
}

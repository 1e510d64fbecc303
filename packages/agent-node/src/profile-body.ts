/** A profile as it is posted: JSON in the shape of AWS's agents, with a counter for each state of a thread. */
import type { CallTree } from './call-tree.ts'
import { Sharing } from './counts.ts'
import type { Work } from './turns.ts'

const nodesPerYield = 64

/**
 * Trees may be a thousand deep: nothing here calls itself.
 *
 * @param head fields before the call graph; `tail`: after it
 * @param lot from 0 up to 1, where counts are rounded
 */
export function* encodeProfile(
  tree: CallTree,
  {
    head,
    tail,
    intervalMicros,
    lot,
  }: {
    readonly head: Readonly<Record<string, unknown>>
    readonly tail: Readonly<Record<string, unknown>>
    readonly intervalMicros: number
    readonly lot: number
  },
): Work<Buffer> {
  const { order, first, next } = yield* walk(tree.parent)
  const counts = yield* countsInOrder(tree, order, new Sharing(tree.micros, intervalMicros, lot))
  const isKept = yield* withCounts(tree.parent, counts)
  const names: string[] = []
  const files: string[] = []
  for (const [i, name] of tree.names.entries()) {
    names.push(JSON.stringify(name))
    files.push(tree.files[i] === '' ? '' : `"file":${JSON.stringify(tree.files[i])}`)
    yield 1
  }
  const chunks: Buffer[] = []
  let parts: string[] = [
    `${JSON.stringify(head).slice(0, -1)},"callgraph":{${ownFields(tree, 0, counts, files)}`,
  ]
  const firstKept = (node: number): number => {
    let found = node
    while (found >= 0 && !isKept[found]) found = next[found]!
    return found
  }
  let node = 0
  for (;;) {
    if (parts.length > 4 * nodesPerYield) {
      chunks.push(Buffer.from(parts.join('')))
      parts = []
      yield nodesPerYield
    }
    const child = firstKept(first[node]!)
    if (child >= 0) {
      parts.push(hasOwnFields(tree, node, counts, files) ? ',"children":{' : '"children":{')
      node = child
    } else {
      parts.push('}')
      let sibling = node === 0 ? -1 : firstKept(next[node]!)
      while (node > 0 && sibling < 0) {
        parts.push('}}')
        node = tree.parent[node]!
        sibling = node === 0 ? -1 : firstKept(next[node]!)
      }
      if (node === 0) break
      parts.push(',')
      node = sibling
    }
    parts.push(names[tree.frame[node]!]!, ':{', ownFields(tree, node, counts, files))
  }
  const rest = JSON.stringify(tail).slice(1)
  parts.push(rest === '}' ? '}' : `,${rest}`)
  chunks.push(Buffer.from(parts.join('')))
  return Buffer.concat(chunks)
}

interface Counts {
  readonly running: Float64Array
  readonly idle: Float64Array
}

/** Callers before callees, each with all that it calls before the next. */
function* walk(parent: readonly number[]): Work<{ order: Int32Array; first: Int32Array; next: Int32Array }> {
  const first = new Int32Array(parent.length).fill(-1)
  const next = new Int32Array(parent.length).fill(-1)
  for (let node = parent.length - 1; node > 0; node--) {
    next[node] = first[parent[node]!]!
    first[parent[node]!] = node
    if (node % nodesPerYield === 0) yield nodesPerYield
  }
  const order = new Int32Array(parent.length)
  let node = 0
  for (let at = 1; at < order.length; at++) {
    if (first[node]! >= 0) node = first[node]!
    else {
      while (next[node]! < 0) node = parent[node]!
      node = next[node]!
    }
    order[at] = node
    if (at % nodesPerYield === 0) yield nodesPerYield
  }
  return { order, first, next }
}

/** Running and idle time are rounded in one go, so that their sum is kept. */
function* countsInOrder(tree: CallTree, order: Int32Array, sharing: Sharing): Work<Counts> {
  const running = new Float64Array(order.length)
  const idle = new Float64Array(order.length)
  for (let at = 0; at < order.length; at++) {
    const node = order[at]!
    running[node] = sharing.countOf(tree.running[node]!)
    idle[node] = sharing.countOf(tree.idle[node]!)
    if (at % nodesPerYield === 0) yield nodesPerYield
  }
  return { running, idle }
}

/** Node → whether it, or something that it calls, has a count. */
function* withCounts(parent: readonly number[], { running, idle }: Counts): Work<Uint8Array> {
  const isKept = new Uint8Array(parent.length)
  for (let node = parent.length - 1; node > 0; node--) {
    if (running[node]! + idle[node]! > 0) isKept[node] = 1
    if (isKept[node] && parent[node]! >= 0) isKept[parent[node]!] = 1
    if (node % nodesPerYield === 0) yield nodesPerYield
  }
  return isKept
}

function ownFields(
  tree: CallTree,
  node: number,
  { running, idle }: Counts,
  files: readonly string[],
): string {
  const fields: string[] = []
  const counts: string[] = []
  if (running[node]! > 0) counts.push(`"RUNNABLE":${running[node]}`)
  if (idle[node]! > 0) counts.push(`"IDLE":${idle[node]}`)
  if (counts.length > 0) fields.push(`"counts":{${counts.join(',')}}`)
  const file = files[tree.frame[node]!] ?? ''
  if (file !== '') fields.push(file)
  const [from, to] = [tree.firstLine[node]!, tree.lastLine[node]!]
  if (from > 0) fields.push(from === to ? `"line":[${from}]` : `"line":[${from},${to}]`)
  return fields.join(',')
}

function hasOwnFields(
  tree: CallTree,
  node: number,
  { running, idle }: Counts,
  files: readonly string[],
): boolean {
  return (
    running[node]! > 0 ||
    idle[node]! > 0 ||
    (files[tree.frame[node]!] ?? '') !== '' ||
    tree.firstLine[node]! > 0
  )
}

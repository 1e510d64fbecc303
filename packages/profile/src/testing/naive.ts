/**
 * The reference that tests compare with: JSON.parse, plain Maps, no cleverness. A profile is a Map from a call path
 * to what is known about it; the key is the JSON text of the array of frame names, `[]` for the root.
 */
import type { CallTree } from '../call-tree.ts'
import { nameAt } from '../wtf8.ts'

export interface NaiveNode {
  /** Self counts by counter; zero counts are left out. */
  counts: Map<string, number>
  file: string | null
  lines: [number, number] | null
}

export type NaiveProfile = Map<string, NaiveNode>

interface JsonNode {
  counts?: Record<string, number> | null
  file?: string | null
  line?: number[] | null
  children?: Record<string, JsonNode> | null
}

/** Reads a posted JSON body (one without repeated keys, which JSON.parse would drop). */
export function naiveFromJson(body: string | Uint8Array): NaiveProfile {
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
  const profile: NaiveProfile = new Map()
  const waiting: [string[], JsonNode][] = [[[], (JSON.parse(text) as { callgraph: JsonNode }).callgraph]]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [path, node] = next
    const line = node.line ?? []
    addNode(profile, JSON.stringify(path), {
      counts: new Map(Object.entries(node.counts ?? {}).filter(([, count]) => count > 0)),
      file: node.file ?? null,
      lines: line.length === 0 ? null : [Math.min(...line), Math.max(...line)],
    })
    for (const [name, child] of Object.entries(node.children ?? {})) waiting.push([[...path, name], child])
  }
  return profile
}

/** The same from a call tree; repeated siblings are added. */
export function naiveFromTree(tree: CallTree): NaiveProfile {
  const profile: NaiveProfile = new Map()
  const paths: string[][] = [[]]
  for (let node = 0; node < tree.parent.length; node++) {
    if (node > 0) paths.push([...paths[tree.parent[node]!]!, nameAt(tree.names, tree.frame[node]!)])
    const counts = new Map<string, number>()
    for (const vector of tree.counters) {
      for (const [k, other] of vector.nodes.entries()) {
        if (other === node) counts.set(vector.name, (counts.get(vector.name) ?? 0) + vector.counts[k]!)
      }
    }
    addNode(profile, JSON.stringify(paths[node]), {
      counts,
      file: tree.file[node]! < 0 ? null : nameAt(tree.files, tree.file[node]!),
      lines: tree.firstLine[node]! < 0 ? null : [tree.firstLine[node]!, tree.lastLine[node]!],
    })
  }
  return profile
}

/** Sum of profiles, oldest first: counts add, the file is the latest known, the lines are the union. */
export function naiveSum(profiles: readonly NaiveProfile[]): NaiveProfile {
  const sum: NaiveProfile = new Map()
  for (const profile of profiles) {
    for (const [path, { counts, file, lines }] of profile) {
      addNode(sum, path, { counts: new Map(counts), file, lines })
    }
  }
  return sum
}

/** Counts alone: path → counter → count, paths without any left out. What sums of GetProfile are compared by. */
export function naiveCounts(profile: NaiveProfile): Map<string, Map<string, number>> {
  return new Map(
    [...profile].filter(([, node]) => node.counts.size > 0).map(([path, node]) => [path, node.counts]),
  )
}

function addNode(profile: NaiveProfile, path: string, node: NaiveNode): void {
  const known = profile.get(path)
  if (known === undefined) {
    profile.set(path, node)
    return
  }
  for (const [counter, count] of node.counts)
    known.counts.set(counter, (known.counts.get(counter) ?? 0) + count)
  known.file = node.file ?? known.file
  if (node.lines === null) return
  known.lines = [
    Math.min(node.lines[0], known.lines?.[0] ?? node.lines[0]),
    Math.max(node.lines[1], known.lines?.[1] ?? node.lines[1]),
  ]
}

/** What the numbers stand beside: profiles added up the naive way. */
interface JsonNode {
  readonly counts?: Record<string, number>
  readonly children?: Record<string, JsonNode>
}

/** The naive sum of one body's call graph, into a Map of call paths. */
export function addInto(sums: Map<string, number>, node: JsonNode, path: string): void {
  for (const [state, count] of Object.entries(node.counts ?? {})) {
    const key = `${path}|${state}`
    sums.set(key, (sums.get(key) ?? 0) + count)
  }
  for (const [name, child] of Object.entries(node.children ?? {})) addInto(sums, child, `${path};${name}`)
}

import type { NameTable } from './name-table.ts'

/**
 * A call tree as a struct of arrays. Node 0 is the root (it has no name; shown as ALL).
 *
 * Parents precede their children, so every pass over the tree is one forward or one backward loop.
 * A node is one *call path*; file and lines are attributes of it, never part of its identity.
 * Nothing mutates a tree once it is built.
 */
export interface CallTree {
  /** Frame names, distinct. */
  readonly names: NameTable
  /** File names, distinct. */
  readonly files: NameTable
  /** parent[i] < i; -1 for the root. Its length is the number of nodes. */
  readonly parent: Int32Array
  /** Index into `names`; -1 for the root. */
  readonly frame: Int32Array
  /** Index into `files`; -1 where unknown. */
  readonly file: Int32Array
  /** First and last source line seen at this node; -1 where unknown (then both are). */
  readonly firstLine: Int32Array
  readonly lastLine: Int32Array
  /** Self samples: one sparse vector for each counter (thread state) that has any. */
  readonly counters: readonly CounterVector[]
}

/** Self samples of one counter: samples whose innermost frame is the node. One entry for each node at most. */
export interface CounterVector {
  /** Thread state, for example RUNNABLE or WALL_TIME. */
  readonly name: string
  /** Nodes with a count, ascending and distinct in a merged tree; in a decoded one in order of appearance. */
  readonly nodes: Int32Array
  /** counts[k] > 0 belongs to nodes[k]; whole numbers ≤ 2^53. */
  readonly counts: Float64Array
}

/** What one agent posts for one cycle, decoded. */
export interface AgentProfile {
  /** Epoch milliseconds, start ≤ end. */
  readonly start: number
  readonly end: number
  /** May repeat a name among siblings; whoever merges adds them. */
  readonly tree: CallTree
  /** Of the tree's names and files (`fingerprints`): whoever numbers them need not look at the names themselves. */
  readonly fingerprints: { readonly names: Int32Array; readonly files: Int32Array }
  /**
   * Every other top-level field (agentMetadata, debugInfo, heapSummary, fields not known yet) as one Ion text
   * struct, `{"agentMetadata":{…},…}`: Ion text, because JSON is a subset of it and nothing Ion can say is lost.
   */
  readonly extras: Uint8Array
}

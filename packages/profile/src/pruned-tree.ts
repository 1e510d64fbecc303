import type { NameTable } from './name-table.ts'

/**
 * What the console draws: the heaviest call paths of a time, or of two that are compared. Node 0 is the root, parents
 * precede their children; arrays are by node.
 */
export interface PrunedTree {
  /** The times that were summed: one, or two that are compared. */
  readonly sides: readonly PrunedSide[]
  readonly names: NameTable
  readonly files: NameTable
  /** -1 for the root. */
  readonly parent: Int32Array
  /** Index into `names`; -1 for the root. */
  readonly frame: Int32Array
  /** Index into `files`; -1 where unknown. */
  readonly file: Int32Array
  /** -1 where unknown. */
  readonly firstLine: Int32Array
  readonly lastLine: Int32Array
  /** How many call paths are left out below the node. */
  readonly hidden: Int32Array
  readonly columns: readonly PrunedColumn[]
}

/** First and last instant of the windows that hold data, epoch milliseconds. */
export interface PrunedSide {
  readonly start: number
  readonly end: number
}

/** Samples of one thread state on one side. */
export interface PrunedColumn {
  /** Index into `sides`. */
  readonly side: number
  readonly counter: string
  /** Samples whose innermost frame is the node. */
  readonly self: Float64Array
  /** Samples of the call paths left out below the node. */
  readonly rest: Float64Array
}

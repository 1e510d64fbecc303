/** What an isolate says of its heap. */
import { getHeapStatistics } from 'node:v8'
import type { V8CallFrame } from './slice.ts'

export interface HeapFigures {
  /** As much as the heap may grow to. */
  readonly capacityBytes: number
  /** Live, or not collected yet. */
  readonly usedBytes: number
  readonly sites: readonly AllocationSite[]
}

/** A function that allocated what is alive now, as far as sampling tells. */
interface AllocationSite {
  readonly callFrame: V8CallFrame
  readonly bytes: number
  /** Objects that were sampled, not all there are. */
  readonly samples: number
}

/** As the inspector's HeapProfiler domain has it. */
export interface V8AllocationProfile {
  readonly head: V8AllocationNode
  readonly samples?: readonly { readonly nodeId: number }[]
}

interface V8AllocationNode {
  readonly id: number
  readonly callFrame: V8CallFrame
  readonly selfSize: number
  readonly children: readonly V8AllocationNode[]
}

/** One sample for each of so many bytes, on average. */
export const allocationIntervalBytes = 512 * 1024
const maxSites = 50

export function heapFigures(profile: V8AllocationProfile | null): HeapFigures {
  const { heap_size_limit: capacityBytes, used_heap_size: usedBytes } = getHeapStatistics()
  return { capacityBytes, usedBytes, sites: profile === null ? [] : sitesOf(profile) }
}

/** The largest ones, each function once. */
function sitesOf({ head, samples = [] }: V8AllocationProfile): AllocationSite[] {
  const counts = new Map<number, number>()
  for (const { nodeId } of samples) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1)
  const sites = new Map<string, { callFrame: V8CallFrame; bytes: number; samples: number }>()
  const open = [head]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    open.push(...node.children)
    if (node.selfSize === 0) continue
    const { callFrame } = node
    const key = `${callFrame.scriptId}:${callFrame.lineNumber}:${callFrame.columnNumber}:${callFrame.functionName}`
    const site = sites.get(key) ?? { callFrame, bytes: 0, samples: 0 }
    site.bytes += node.selfSize
    site.samples += counts.get(node.id) ?? 0
    sites.set(key, site)
  }
  return [...sites.values()].sort((a, b) => b.bytes - a.bytes).slice(0, maxSites)
}

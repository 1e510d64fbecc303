/** What a heap answer says, worked out for charts and table. */
import type { Heap, HeapType } from '../api/group.ts'

export interface HeapFigures {
  /** Weighted by how many summaries a step holds. Bytes. */
  readonly averageUsed: number
  readonly averageCapacity: number
  readonly peakUsed: number
  readonly reports: number
}

/** Null where there is no heap summary. */
export function heapFigures({ steps }: Heap): HeapFigures | null {
  const reports = steps.reduce((sum, step) => sum + step.reports, 0)
  if (reports === 0) return null
  const mean = (field: 'usedBytes' | 'capacityBytes') =>
    steps.reduce((sum, step) => sum + step[field] * step.reports, 0) / reports
  return {
    averageUsed: mean('usedBytes'),
    averageCapacity: mean('capacityBytes'),
    peakUsed: steps.reduce((most, step) => Math.max(most, step.maxUsedBytes), 0),
    reports,
  }
}

export interface TypeFigures {
  readonly name: string
  /** Means over the time, weighted by summaries. */
  readonly bytes: number
  readonly count: number
  /** Share of what the heaps use. */
  readonly share: number
  /** Bytes that it takes more at the end than at the beginning, by a straight line through its steps. */
  readonly growth: number
  /** That as a share of its mean; 0 where it has none. */
  readonly relativeGrowth: number
}

export function typeFigures(heap: Heap): TypeFigures[] {
  const all = heapFigures(heap)
  if (all === null) return []
  const weights = heap.steps.map(({ reports }) => reports)
  const times = heap.steps.map(({ start }) => start)
  return heap.types.map(({ name, bytes, count }: HeapType) => {
    const mean = weighted(bytes, weights)
    const growth = slope(times, bytes) * (times.at(-1)! - times[0]!)
    return {
      name,
      bytes: mean,
      count: weighted(count, weights),
      share: all.averageUsed > 0 ? mean / all.averageUsed : 0,
      growth,
      relativeGrowth: mean > 0 ? growth / mean : 0,
    }
  })
}

function weighted(values: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return values.reduce((sum, value, i) => sum + value * weights[i]!, 0) / total
}

/** Of the least-squares line; 0 where there are fewer than three points: two of them show no trend. */
function slope(x: readonly number[], y: readonly number[]): number {
  if (x.length < 3) return 0
  const meanX = x.reduce((sum, value) => sum + value, 0) / x.length
  const meanY = y.reduce((sum, value) => sum + value, 0) / y.length
  let above = 0
  let below = 0
  for (let i = 0; i < x.length; i++) {
    above += (x[i]! - meanX) * (y[i]! - meanY)
    below += (x[i]! - meanX) ** 2
  }
  return below === 0 ? 0 : above / below
}

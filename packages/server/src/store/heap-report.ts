import { FieldReader, type IonStruct, type IonValue, ProfileError } from '@wick/profile'
import { type Heap, HeapSum, TypeNames } from './heap-sum.ts'

/** A summary of a hundred thousand types. */
const reader = new FieldReader({ maxDepth: 4, maxValues: 400_000 })

/** Bytes of a heap, objects of a type: sums over more reports than anybody keeps stay exact. */
const maxAmount = 2 ** 48
/** What a summary may stand for, where it is a sum; those of a day, added up, are still written whole. */
const maxReports = 2 ** 28
const maxSum = 2 ** 64
/** A type of a longer name counts among the others. */
const maxNameLength = 1024

/**
 * The heap summary that a profile came with; null where there is none of the known shape (docs/formats.md).
 *
 * @param extras Ion text
 */
export function heapOf(extras: Uint8Array): Heap | null {
  // Hardly any profile has one. (A name written in escapes is not one of ours.)
  const bytes = Buffer.from(extras.buffer, extras.byteOffset, extras.byteLength)
  if (!bytes.includes('heapSummary')) return null
  const summary = summaryOf(extras)
  return summary instanceof Map ? heapIn(summary) : null
}

/** What `heapOf` reads as the same sum, to be a profile's `heapSummary`. */
export function heapSummaryOf(heap: Heap): object {
  const { reports, capacityBytes, usedBytes, maxUsedBytes, otherBytes, otherCount } = heap
  const types = Array.from(heap.types, (type, i) => ({
    name: heap.names.list[type]!,
    bytes: heap.bytes[i]!,
    count: heap.counts[i]!,
  }))
  return { reports, capacityBytes, usedBytes, maxUsedBytes, types, otherBytes, otherCount }
}

function summaryOf(extras: Uint8Array): IonValue | undefined {
  try {
    return reader.read(extras, ['heapSummary']).get('heapSummary')
  } catch (error) {
    if (error instanceof ProfileError) return undefined
    throw error
  }
}

function heapIn(summary: IonStruct): Heap | null {
  const reports = summary.get('reports') ?? 1
  if (!isAmount(reports, maxReports) || reports === 0) return null
  const most = summary.has('reports') ? maxSum : maxAmount
  const amountOf = (value: IonValue | undefined): number | null => (isAmount(value, most) ? value : null)
  const capacityBytes = amountOf(summary.get('capacityBytes'))
  const usedBytes = amountOf(summary.get('usedBytes'))
  const maxUsedBytes = amountOf(summary.get('maxUsedBytes') ?? usedBytes ?? undefined)
  let otherBytes = amountOf(summary.get('otherBytes') ?? 0)
  let otherCount = amountOf(summary.get('otherCount') ?? 0)
  const types = summary.get('types') ?? []
  if (capacityBytes === null || usedBytes === null || maxUsedBytes === null) return null
  if (otherBytes === null || otherCount === null || !Array.isArray(types)) return null
  const names = new TypeNames()
  const ofBytes: number[] = []
  const ofCounts: number[] = []
  for (const type of types as readonly IonValue[]) {
    if (!(type instanceof Map)) return null
    const [name, bytes, count] = [type.get('name'), amountOf(type.get('bytes')), amountOf(type.get('count'))]
    if (typeof name !== 'string' || bytes === null || count === null) return null
    if (name.length > maxNameLength) {
      otherBytes += bytes
      otherCount += count
      continue
    }
    const number = names.number(name)
    ofBytes[number] = (ofBytes[number] ?? 0) + bytes
    ofCounts[number] = (ofCounts[number] ?? 0) + count
  }
  // A sum of its own: it bounds the types.
  const sum = new HeapSum()
  sum.add({
    ...{ reports, capacityBytes, usedBytes, maxUsedBytes, names },
    types: Int32Array.from(ofBytes.keys()),
    bytes: Float64Array.from(ofBytes),
    counts: Float64Array.from(ofCounts),
    ...{ otherBytes, otherCount },
  })
  return sum.heap()
}

function isAmount(value: IonValue | undefined, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most
}

import { FieldReader, type IonStruct, type IonValue, ProfileError } from '@wick/profile'
import { type Heap, HeapSum, TypeNames } from './heap-sum.ts'

/** A summary of a hundred thousand types. */
const reader = new FieldReader({ maxDepth: 4, maxValues: 400_000 })

/** Bytes of a heap, objects of a type: sums over more reports than anybody keeps stay exact. */
const maxAmount = 2 ** 48
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

function summaryOf(extras: Uint8Array): IonValue | undefined {
  try {
    return reader.read(extras, ['heapSummary']).get('heapSummary')
  } catch (error) {
    if (error instanceof ProfileError) return undefined
    throw error
  }
}

function heapIn(summary: IonStruct): Heap | null {
  const capacityBytes = summary.get('capacityBytes')
  const usedBytes = summary.get('usedBytes')
  const types = summary.get('types') ?? []
  if (!isAmount(capacityBytes) || !isAmount(usedBytes) || !Array.isArray(types)) return null
  const names = new TypeNames()
  const ofBytes: number[] = []
  const ofCounts: number[] = []
  let [otherBytes, otherCount] = [0, 0]
  for (const type of types as readonly IonValue[]) {
    if (!(type instanceof Map)) return null
    const [name, bytes, count] = [type.get('name'), type.get('bytes'), type.get('count')]
    if (typeof name !== 'string' || !isAmount(bytes) || !isAmount(count)) return null
    if (name.length > maxNameLength) {
      otherBytes += bytes
      otherCount += count
      continue
    }
    const number = names.number(name)
    ofBytes[number] = (ofBytes[number] ?? 0) + bytes
    ofCounts[number] = (ofCounts[number] ?? 0) + count
  }
  // A sum of one: it bounds the types.
  const sum = new HeapSum()
  sum.add({
    reports: 1,
    capacityBytes,
    usedBytes,
    maxUsedBytes: usedBytes,
    names,
    types: Int32Array.from(ofBytes.keys()),
    bytes: Float64Array.from(ofBytes),
    counts: Float64Array.from(ofCounts),
    otherBytes,
    otherCount,
  })
  return sum.heap()
}

function isAmount(value: IonValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxAmount
}

import { decodeProfiles } from './block-sections.ts'
import { type Heap, renumbered, type SealedHeap, TypeNames } from './heap-sum.ts'
import { PayloadError, PayloadReader, PayloadWriter } from './payload-codec.ts'
import type { SealedFile } from './sealed-file.ts'
import { reportsOf } from './window-reports.ts'

/**
 * Sections `heap` (one entry: all heap summaries of a block added up; none where there are no summaries) and `heaps` (of a
 * window: one entry for each row of its fleet that has some).
 *
 *     names      of types, one JSON list: length · bytes
 *     entries    their number; each: row (0 in `heap`) · reports · most used bytes · number of types · numbers of the types
 *                (differences) · numbers
 *     numbers    sums that may need more than 53 bits are written in two: the low 32 bits of all of them, then the rest:
 *                capacity · used · other types' bytes · their objects · bytes by type · objects by type
 */
export function encodeHeaps(entries: readonly SealedHeap[]): Uint8Array {
  const out = new PayloadWriter()
  const names = new TypeNames()
  const numbered = entries.map(({ row, heap }) => ({ row, heap: ascending(heap, names) }))
  // JSON holds whatever a name may hold, lone surrogates included.
  out.bytes(Buffer.from(JSON.stringify(names.list)))
  out.uint(numbered.length)
  for (const { row, heap } of numbered) {
    const { reports, maxUsedBytes, types, bytes, counts } = heap
    const { capacityBytes, usedBytes, otherBytes, otherCount } = heap
    out.uint(row)
    out.uint(reports)
    out.uint(maxUsedBytes)
    out.uint(types.length)
    let previous = 0
    for (const type of types) {
      out.uint(type - previous)
      previous = type
    }
    const sums = [capacityBytes, usedBytes, otherBytes, otherCount, ...bytes, ...counts]
    for (const sum of sums) out.uint(sum % low)
    for (const sum of sums) out.uint(Math.floor(sum / low))
  }
  return out.take()
}

const low = 2 ** 32

/** The same heap with types in ascending numbers of `names`, which learns them. */
function ascending(heap: Heap, names: TypeNames): Heap {
  const { types: number } = renumbered(heap, names)
  const order = Int32Array.from(number.keys()).sort((a, b) => number[a]! - number[b]!)
  return {
    ...heap,
    names,
    types: order.map((i) => number[i]!),
    bytes: Float64Array.from(order, (i) => heap.bytes[i]!),
    counts: Float64Array.from(order, (i) => heap.counts[i]!),
  }
}

/** All in the numbers of one list of names. @throws PayloadError */
export function decodeHeaps(section: Uint8Array): SealedHeap[] {
  const input = new PayloadReader(section)
  const { from, to } = input.span()
  const names = new TypeNames()
  for (const name of JSON.parse(Buffer.from(section.subarray(from, to)).toString()) as string[])
    names.number(name)
  return Array.from({ length: input.uint() }, () => {
    const [row, reports, maxUsedBytes] = [input.uint(), input.uint(), input.uint()]
    const types = new Int32Array(input.uint())
    let type = 0
    for (let i = 0; i < types.length; i++) {
      type += input.uint()
      types[i] = type
    }
    if (types.length > 0 && type >= names.list.length) throw new PayloadError('a type is not in the list')
    const sums = Float64Array.from({ length: 4 + 2 * types.length }, () => input.uint())
    for (let i = 0; i < sums.length; i++) sums[i]! += input.uint() * low
    const [capacityBytes, usedBytes, otherBytes, otherCount] = sums as unknown as [
      number,
      number,
      number,
      number,
    ]
    const bytes = sums.subarray(4, 4 + types.length)
    const counts = sums.subarray(4 + types.length)
    const heap = {
      reports,
      capacityBytes,
      usedBytes,
      maxUsedBytes,
      names,
      types,
      bytes,
      counts,
      otherBytes,
      otherCount,
    }
    return { row, heap }
  })
}

/**
 * All heap summaries of a block added up; one that is older than the section is looked up in its profiles. Empty where there
 * are none; null where the block says nothing of heaps.
 *
 * @throws SealedFileDamaged, PayloadError
 */
export async function readHeap(file: SealedFile, start: number): Promise<readonly Heap[] | null> {
  const section = await file.section('heap')
  if (section !== null) return decodeHeaps(section).map(({ heap }) => heap)
  const profiles = await file.section('profiles')
  if (profiles === null) return null
  const heap = reportsOf(decodeProfiles(start, profiles)).heap()
  return heap === null ? [] : [heap]
}

/** As `readHeap`, of a window, by row of its fleet. */
export async function readHeaps(file: SealedFile, start: number): Promise<readonly SealedHeap[]> {
  const section = await file.section('heaps')
  if (section !== null) return decodeHeaps(section)
  const profiles = await file.section('profiles')
  return profiles === null ? [] : reportsOf(decodeProfiles(start, profiles)).heaps()
}

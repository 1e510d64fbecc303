import { decodeProfiles } from './block-sections.ts'
import { type Heap, renumbered, type SealedHeap, TypeNames } from './heap-sum.ts'
import { PayloadError, PayloadReader, PayloadWriter } from './payload-codec.ts'
import type { SealedFile } from './sealed-file.ts'
import { readTexts, writeTexts } from './text-list.ts'
import { reportsOf } from './window-reports.ts'

/**
 * Sections `heap` (one entry: all heap summaries of a block added up; none where there are no summaries) and `heaps` (of a
 * window: one entry for each row of its fleet that has some).
 *
 *     names      of types, a list
 *     entries    their number; each: row (0 in `heap`) · length of what follows · reports · most used bytes · number of types ·
 *                numbers of the types (differences) · sums
 *     sums       capacity · used · other types' bytes · their objects · bytes by type · objects by type. They may need more than
 *                53 bits: the low 32 bits of all of them, then the rest of each
 */
export function encodeHeaps(entries: readonly SealedHeap[]): Uint8Array {
  const names = new TypeNames()
  const numbered = entries.map(({ row, heap }) => ({ row, heap: ascending(heap, names) }))
  const out = new PayloadWriter()
  writeTexts(out, names.list)
  out.uint(numbered.length)
  const entry = new PayloadWriter()
  for (const { row, heap } of numbered) {
    writeHeap(entry, heap)
    out.uint(row)
    out.bytes(entry.take())
  }
  return out.take()
}

const low = 2 ** 32

function writeHeap(out: PayloadWriter, heap: Heap): void {
  const { capacityBytes, usedBytes, otherBytes, otherCount, bytes, counts } = heap
  out.uint(heap.reports)
  out.uint(heap.maxUsedBytes)
  out.uint(heap.types.length)
  let previous = 0
  for (const type of heap.types) {
    out.uint(type - previous)
    previous = type
  }
  const sums = [capacityBytes, usedBytes, otherBytes, otherCount, ...bytes, ...counts]
  for (const sum of sums) out.uint(sum % low)
  for (const sum of sums) out.uint(Math.floor(sum / low))
}

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

/**
 * All in the numbers of one list of names.
 *
 * @param isWanted by row: entries of others are stepped over
 * @throws PayloadError
 */
export function decodeHeaps(
  section: Uint8Array,
  isWanted: (row: number) => boolean = () => true,
): SealedHeap[] {
  const input = new PayloadReader(section)
  const names = new TypeNames()
  for (const name of readTexts(input)) names.number(name)
  const heaps: SealedHeap[] = []
  for (let left = input.uint(); left > 0; left--) {
    const row = input.uint()
    const { from, to } = input.span()
    if (isWanted(row))
      heaps.push({ row, heap: readHeap(new PayloadReader(section.subarray(from, to)), names) })
  }
  return heaps
}

function readHeap(input: PayloadReader, names: TypeNames): Heap {
  const [reports, maxUsedBytes] = [input.uint(), input.uint()]
  const types = input.ascending(new Int32Array(input.uint()))
  if ((types.at(-1) ?? -1) >= names.list.length) throw new PayloadError('a type is not in the list')
  const sums = input.uints(new Float64Array(4 + 2 * types.length))
  const high = input.uints(new Float64Array(sums.length))
  for (let i = 0; i < sums.length; i++) sums[i]! += high[i]! * low
  const [capacityBytes, usedBytes, otherBytes, otherCount] = [sums[0]!, sums[1]!, sums[2]!, sums[3]!]
  const bytes = sums.subarray(4, 4 + types.length)
  const counts = sums.subarray(4 + types.length)
  return {
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
}

/**
 * All heap summaries of a block added up; one that is older than the section is looked up in its profiles. Empty where there
 * are none; null where the block says nothing of heaps.
 *
 * @throws SealedFileDamaged, PayloadError
 */
export async function readWholeHeap(file: SealedFile, start: number): Promise<readonly Heap[] | null> {
  const section = await file.section('heap')
  if (section !== null) return decodeHeaps(section).map(({ heap }) => heap)
  const profiles = await file.section('profiles')
  if (profiles === null) return null
  const heap = reportsOf(decodeProfiles(start, profiles)).heap()
  return heap === null ? [] : [heap]
}

/** As `readWholeHeap`, of some rows of a window's fleet. @throws SealedFileDamaged, PayloadError */
export async function readHeaps(
  file: SealedFile,
  start: number,
  isWanted: (row: number) => boolean,
): Promise<readonly Heap[]> {
  const section = await file.section('heaps')
  if (section !== null) return decodeHeaps(section, isWanted).map(({ heap }) => heap)
  const profiles = await file.section('profiles')
  if (profiles === null) return []
  const heaps = reportsOf(decodeProfiles(start, profiles)).heaps()
  return heaps.flatMap(({ row, heap }) => (isWanted(row) ? [heap] : []))
}

import { wholeRange } from '../storage/kept-since.ts'
import type { BlockRecord } from '../storage/manifest.ts'
import type { GroupKey, HeapQuery } from '../storage/ports.ts'
import type { FleetSources } from './fleet-answer.ts'
import type { HeapReader } from './heap-reader.ts'
import { type Step, stepsOf } from './heap-steps.ts'
import { type Heap, HeapSum } from './heap-sum.ts'
import { type Admits, admissionOf } from './profile-filter.ts'
import { dayByDay } from './query/day-by-day.ts'
import { refuseCoarse } from './query/sum-selection.ts'
import type { ReadGate } from './read-gate.ts'
import type { WindowReports } from './window-reports.ts'

/** What heap summaries are answered from, beside fleets. */
export interface HeapSources extends FleetSources {
  readonly heaps: HeapReader
}

interface StepHeap {
  readonly step: Step
  readonly heap: Heap
}

/**
 * Heap summaries over time, as JSON (docs/extensions.md): steps of different days may be of different moments.
 *
 * @throws UnfilterableTime
 */
export async function answerHeap(
  sources: HeapSources,
  gate: ReadGate,
  query: HeapQuery,
): Promise<Uint8Array> {
  return Buffer.from(JSON.stringify(shown(await readHeaps(sources, gate, query), query.maxTypes)))
}

/** The steps with heap summaries, oldest first. */
async function readHeaps(sources: HeapSources, gate: ReadGate, query: HeapQuery): Promise<StepHeap[]> {
  const { groupId, filter } = query
  const { manifest } = sources
  const whole = await gate.read(async () => {
    const kept = await manifest.keptSince(groupId)
    const { from, to } = wholeRange(query.from, query.to, kept)
    // Whoever asks is told the end of all of it, not of its first day.
    if (admissionOf(filter) !== null)
      refuseCoarse(await manifest.blocks({ groupId, from, to }), { from, to }, kept)
    return { from, to }
  })
  const days = await dayByDay(gate, whole, (day) => heapsOfDay(sources, { ...query, ...day }))
  return days.flat()
}

/** As `readHeaps`. @param query about a part of one day */
async function heapsOfDay(sources: HeapSources, query: HeapQuery): Promise<StepHeap[]> {
  const { groupId, step: length } = query
  const group = sources.groups.get(groupId)
  if (group === undefined) return []
  const admits = admissionOf(query.filter)
  // Behind the gate: what is kept cannot become less before the answer is given.
  const kept = await sources.manifest.keptSince(groupId)
  const { from, to } = wholeRange(query.from, query.to, kept)
  const blocks = await sources.manifest.blocks({ groupId, from, to })
  if (admits !== null) refuseCoarse(blocks, { from, to }, kept)
  const open = await openWindows(sources, group, { ...query, from, to })
  const heaps: StepHeap[] = []
  for (const step of stepsOf(blocks, from, to, length)) {
    const sum = new HeapSum()
    const inside = blocks.filter(({ start }) => start >= step.start && start < step.end)
    if (inside.length > 0) sum.add(await sealedHeap(sources.heaps, group, inside, step, admits))
    for (const [window, reports] of open)
      if (window >= step.start && window < step.end) for (const heap of reports.heapsOf(admits)) sum.add(heap)
    if (sum.reports > 0) heaps.push({ step, heap: sum.heap() })
  }
  return heaps
}

/** What is not sealed yet. */
async function openWindows(
  { index, open }: HeapSources,
  group: GroupKey,
  { groupId, from, to }: HeapQuery,
): Promise<(readonly [number, WindowReports])[]> {
  const windows: (readonly [number, WindowReports])[] = []
  for (const place of index.covering(groupId, from, to))
    windows.push(...(await open.get(group, place)).windows(from, to))
  return windows
}

async function sealedHeap(
  heaps: HeapReader,
  group: GroupKey,
  blocks: readonly BlockRecord[],
  { start, end }: Step,
  admits: Admits | null,
): Promise<Heap> {
  if (admits === null) return (await heaps.sum(group, blocks, start, end)).heap
  return heaps.sumAdmitted(
    group,
    blocks.filter(({ level }) => level === 'PT5M'),
    admits,
  )
}

/** Amounts are means over the summaries of a step. */
function shown(heaps: readonly StepHeap[], maxTypes: number): object {
  const listed = heaviest(heaps, maxTypes)
  const types = listed.map((name) => ({ name, bytes: [] as number[], count: [] as number[] }))
  const others = { bytes: [] as number[], count: [] as number[] }
  for (const { heap } of heaps) {
    const { reports, names, types: theirs, bytes, counts } = heap
    const rest = { bytes: heap.otherBytes, count: heap.otherCount }
    const place = new Map<string, number>(Array.from(theirs, (type, i) => [names.list[type]!, i]))
    for (const { name, bytes: ofBytes, count: ofCounts } of types) {
      const i = place.get(name)
      ofBytes.push(i === undefined ? 0 : bytes[i]! / reports)
      ofCounts.push(i === undefined ? 0 : counts[i]! / reports)
      place.delete(name)
    }
    for (const i of place.values()) {
      rest.bytes += bytes[i]!
      rest.count += counts[i]!
    }
    others.bytes.push(rest.bytes / reports)
    others.count.push(rest.count / reports)
  }
  return { steps: heaps.map(shownStep), types, others }
}

function shownStep({ step, heap: { reports, capacityBytes, usedBytes, maxUsedBytes } }: StepHeap): object {
  return {
    ...step,
    reports,
    capacityBytes: capacityBytes / reports,
    usedBytes: usedBytes / reports,
    maxUsedBytes,
  }
}

/** Names of the types with most bytes over all summaries of all steps, the heaviest first. */
function heaviest(heaps: readonly StepHeap[], maxTypes: number): string[] {
  const totals = new Map<string, number>()
  for (const { heap } of heaps) {
    const { names, types, bytes } = heap
    for (let i = 0; i < types.length; i++) {
      const name = names.list[types[i]!]!
      totals.set(name, (totals.get(name) ?? 0) + bytes[i]!)
    }
  }
  return [...totals]
    .sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
    .slice(0, maxTypes)
    .map(([name]) => name)
}

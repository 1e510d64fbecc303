import { decodeProfiles } from './block-sections.ts'
import type { FleetFigures, FleetRow, SealedFleet } from './fleet-sum.ts'
import { PayloadError, PayloadReader, PayloadWriter } from './payload-codec.ts'
import type { SealedFile } from './sealed-file.ts'
import { readTexts, writeTexts } from './text-list.ts'
import { reportsOf } from './window-reports.ts'

/**
 * The `fleet` section: who sent what a block sums. Differences from the block's start, texts by their numbers.
 *
 *     texts        a list
 *     rows         their number; then by column: instance · host type · agent · its version · runtime · number of labels ·
 *                  figures; then the labels: key · value
 *     rest         figures, of no or one row
 *     figures      by column: first start (signed) · last end − first start · profiles · sums of durationInMs and of the
 *                  overhead's timeInMs · greatest memoryInMB
 *     profiles     of a window: number of profiles, the row of each in the order of section `profiles`. Of a roll-up: 0
 *
 * @param base the block's start
 */
export function encodeFleet(base: number, { fleet: { rows, rest }, rowOf }: SealedFleet): Uint8Array {
  const out = new PayloadWriter()
  const texts = new Map<string, number>()
  const number = (text: string): number => {
    const known = texts.get(text) ?? texts.size
    texts.set(text, known)
    return known
  }
  const origins = rows.map(({ origin }) => origin)
  const columns = textColumns.map((name) => origins.map((origin) => number(origin[name])))
  const labels = origins.map((origin) => origin.labels.flat().map(number))
  writeTexts(out, [...texts.keys()])
  out.uint(rows.length)
  for (const column of columns) for (const text of column) out.uint(text)
  for (const of of labels) out.uint(of.length / 2)
  writeFigures(out, base, rows)
  for (const text of labels.flat()) out.uint(text)
  const rests = rest === null ? [] : [rest]
  out.uint(rests.length)
  writeFigures(out, base, rests)
  const places = rowOf ?? new Int32Array(0)
  out.uint(places.length)
  for (const place of places) out.uint(place)
  return out.take()
}

const textColumns = ['instance', 'hostType', 'agent', 'agentVersion', 'runtime'] as const

function writeFigures(out: PayloadWriter, base: number, rows: readonly FleetFigures[]): void {
  for (const { firstStart } of rows) out.int(firstStart - base)
  for (const { firstStart, lastEnd } of rows) out.uint(lastEnd - firstStart)
  for (const { profiles } of rows) out.uint(profiles)
  for (const { durationInMs } of rows) out.uint(durationInMs)
  for (const { overheadInMs } of rows) out.uint(overheadInMs)
  for (const { overheadInMB } of rows) out.uint(overheadInMB)
}

/** @throws PayloadError */
export function decodeFleet(base: number, section: Uint8Array): SealedFleet {
  const input = new PayloadReader(section)
  const texts = readTexts(input)
  const text = (): string => {
    const found = texts[input.uint()]
    if (found === undefined) throw new PayloadError('a text is not in the list')
    return found
  }
  const count = input.uint()
  const column = <T>(read: () => T): T[] => Array.from({ length: count }, read)
  const [instances, hostTypes, agents, versions, runtimes] = textColumns.map(() => column(text))
  const numbers = column(() => input.uint())
  const figures = readFigures(input, base, count)
  const rows = figures.map((row, i): FleetRow => {
    const origin = {
      instance: instances![i]!,
      hostType: hostTypes![i]!,
      agent: agents![i]!,
      agentVersion: versions![i]!,
      runtime: runtimes![i]!,
      labels: Array.from({ length: numbers[i]! }, () => [text(), text()] as const),
    }
    return { origin, ...row }
  })
  const [rest = null] = readFigures(input, base, input.uint())
  const rowOf = Int32Array.from({ length: input.uint() }, () => input.uint())
  if (rowOf.some((row) => row >= count)) throw new PayloadError('a row is not in the list')
  return { fleet: { rows, rest }, rowOf: rowOf.length === 0 ? null : rowOf }
}

function readFigures(input: PayloadReader, base: number, count: number): FleetFigures[] {
  const column = (read: () => number): number[] => Array.from({ length: count }, read)
  const starts = column(() => base + input.int())
  const ends = starts.map((start) => start + input.uint())
  const profiles = column(() => input.uint())
  const durations = column(() => input.uint())
  const times = column(() => input.uint())
  const memories = column(() => input.uint())
  return starts.map((firstStart, i) => ({
    firstStart,
    lastEnd: ends[i]!,
    profiles: profiles[i]!,
    durationInMs: durations[i]!,
    overheadInMs: times[i]!,
    overheadInMB: memories[i]!,
  }))
}

/**
 * Of a block that may be older than the section: then from its profiles. Null where it says nothing.
 *
 * @throws SealedFileDamaged, PayloadError
 */
export async function readFleet(file: SealedFile, start: number): Promise<SealedFleet | null> {
  const section = await file.section('fleet')
  if (section !== null) return decodeFleet(start, section)
  const profiles = await file.section('profiles')
  return profiles === null ? null : reportsOf(decodeProfiles(start, profiles)).fleet()
}

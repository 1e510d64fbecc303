import type { SealedSegment } from '../storage/manifest.ts'

/** Where a record lies in its segment. */
export interface RecordPlace {
  readonly offset: number
  /** Frame included. */
  readonly length: number
  readonly window: number
}

/** One group's records in one segment, in order. */
export interface SegmentGroup {
  readonly segment: string
  readonly segmentId: Uint8Array
  readonly records: RecordPlace[]
  /** Set where a record of the group is missing: what follows it cannot be read. */
  isBroken: boolean
}

interface GroupEntry {
  /** Oldest segment first. */
  readonly segments: SegmentGroup[]
  /** Window → records. */
  readonly windows: Map<number, number>
  /** Also of what is sealed. Null where there is nothing. */
  lastReportedAt: number | null
  latestWindow: number | null
}

/** Which segments hold what of each group, until it is sealed. Made again from the record headers at every start. */
export class SegmentIndex {
  readonly #groups = new Map<string, GroupEntry>()

  add(groupId: string, segment: string, segmentId: Uint8Array, place: RecordPlace, receivedAt: number): void {
    const entry = this.#entry(groupId)
    entry.windows.set(place.window, (entry.windows.get(place.window) ?? 0) + 1)
    this.learn(groupId, place.window, receivedAt)
    this.at(groupId, segment, segmentId).records.push(place)
  }

  /** There is data of that window, received then; also where it is sealed. */
  learn(groupId: string, window: number, receivedAt: number): void {
    const entry = this.#entry(groupId)
    entry.lastReportedAt = Math.max(entry.lastReportedAt ?? receivedAt, receivedAt)
    entry.latestWindow = Math.max(entry.latestWindow ?? window, window)
  }

  /** The group's place in a segment, made where missing. */
  at(groupId: string, segment: string, segmentId: Uint8Array): SegmentGroup {
    const { segments } = this.#entry(groupId)
    const last = segments.at(-1)
    if (last?.segment === segment) return last
    const known = segments.find((candidate) => candidate.segment === segment)
    if (known !== undefined) return known
    const made: SegmentGroup = { segment, segmentId, records: [], isBroken: false }
    segments.push(made)
    return made
  }

  /** Of what is sealed nothing counts any more but the latest window that is given; null where nothing is left. */
  relearn(groupId: string, latestSealed: number | null): void {
    const entry = this.#groups.get(groupId)
    if (entry === undefined) return
    const unsealed = Math.max(...entry.windows.keys())
    const latest = Math.max(latestSealed ?? Number.NEGATIVE_INFINITY, unsealed)
    const isEmpty = latest === Number.NEGATIVE_INFINITY
    entry.latestWindow = isEmpty ? null : latest
    if (isEmpty) entry.lastReportedAt = null
  }

  /** Segments with records of the group in [from, to), oldest first. */
  covering(groupId: string, from: number, to: number): SegmentGroup[] {
    const segments = this.#groups.get(groupId)?.segments ?? []
    return segments.filter(({ records }) => records.some(({ window }) => window >= from && window < to))
  }

  /** Starts of the windows with records in [from, to), ascending. */
  windows(groupId: string, from: number, to: number): Float64Array {
    const known = this.#groups.get(groupId)?.windows.keys() ?? []
    return Float64Array.from([...known].filter((window) => window >= from && window < to)).sort()
  }

  /** How many records the group has, and their bytes. */
  usage(groupId: string): { readonly profiles: number; readonly bytes: number } {
    let [profiles, bytes] = [0, 0]
    for (const { records } of this.#groups.get(groupId)?.segments ?? []) {
      profiles += records.length
      for (const { length } of records) bytes += length
    }
    return { profiles, bytes }
  }

  status(groupId: string): { lastReportedAt: number | null; latestWindow: number | null } {
    const { lastReportedAt = null, latestWindow = null } = this.#groups.get(groupId) ?? {}
    return { lastReportedAt, latestWindow }
  }

  /** Names of the segments that hold nothing of a later window than `last`, oldest first. */
  segmentsUpTo(last: number): string[] {
    const latest = new Map<string, number>()
    for (const { segments } of this.#groups.values()) {
      for (const { segment, records } of segments) {
        let window = latest.get(segment) ?? Number.NEGATIVE_INFINITY
        for (const record of records) window = Math.max(window, record.window)
        latest.set(segment, window)
      }
    }
    return [...latest].flatMap(([segment, window]) => (window <= last ? [segment] : [])).sort()
  }

  /** By group: its records in some segments, oldest segment first. */
  placesIn(names: readonly string[]): Map<string, SegmentGroup[]> {
    const wanted = new Set(names)
    const places = new Map<string, SegmentGroup[]>()
    for (const [groupId, { segments }] of this.#groups) {
      const found = segments.filter(({ segment }) => wanted.has(segment))
      if (found.length > 0) places.set(groupId, found)
    }
    return places
  }

  /** Segments are sealed: what they hold of groups that are not `left` in them is found elsewhere from now on. */
  removeSealed(sealed: readonly SealedSegment[]): void {
    const leftIn = new Map(sealed.map(({ name, left }) => [name, left]))
    for (const [groupId, { segments, windows }] of this.#groups) {
      const isGone = ({ segment }: SegmentGroup): boolean => leftIn.get(segment)?.includes(groupId) === false
      for (const { records } of segments.filter(isGone)) {
        for (const { window } of records) {
          const left = windows.get(window)! - 1
          if (left === 0) windows.delete(window)
          else windows.set(window, left)
        }
      }
      segments.splice(0, segments.length, ...segments.filter((place) => !isGone(place)))
    }
  }

  /** @returns the segments the group had records in */
  remove(groupId: string): string[] {
    const segments = this.#groups.get(groupId)?.segments ?? []
    this.#groups.delete(groupId)
    return segments.map(({ segment }) => segment)
  }

  /** Whether any group has records in the segment. */
  isUsed(segment: string): boolean {
    for (const { segments } of this.#groups.values()) {
      if (segments.some((candidate) => candidate.segment === segment)) return true
    }
    return false
  }

  #entry(groupId: string): GroupEntry {
    const known = this.#groups.get(groupId)
    if (known !== undefined) return known
    const made: GroupEntry = { segments: [], windows: new Map(), lastReportedAt: null, latestWindow: null }
    this.#groups.set(groupId, made)
    return made
  }
}

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
  lastReportedAt: number
}

/** Which segments hold what of each group. Made again from the record headers at every start. */
export class SegmentIndex {
  readonly #groups = new Map<string, GroupEntry>()

  add(groupId: string, segment: string, segmentId: Uint8Array, place: RecordPlace, receivedAt: number): void {
    const entry = this.#entry(groupId)
    entry.windows.set(place.window, (entry.windows.get(place.window) ?? 0) + 1)
    entry.lastReportedAt = Math.max(entry.lastReportedAt, receivedAt)
    this.at(groupId, segment, segmentId).records.push(place)
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

  status(groupId: string): { lastReportedAt: number | null; latestWindow: number | null } {
    const entry = this.#groups.get(groupId)
    if (entry === undefined || entry.windows.size === 0) return { lastReportedAt: null, latestWindow: null }
    let latestWindow = 0
    for (const window of entry.windows.keys()) latestWindow = Math.max(latestWindow, window)
    return { lastReportedAt: entry.lastReportedAt, latestWindow }
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
    const made = { segments: [], windows: new Map<number, number>(), lastReportedAt: 0 }
    this.#groups.set(groupId, made)
    return made
  }
}

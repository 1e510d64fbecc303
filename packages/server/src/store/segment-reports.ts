import { skipPiece } from './epoch.ts'
import { readRecord } from './record-content.ts'
import type { RecordHeader } from './segment-format.ts'
import { WindowReports } from './window-reports.ts'

/** What the profiles of one group in one segment say beside their samples, by window. */
export class SegmentReports {
  readonly #windows = new Map<number, WindowReports>()

  get byteLength(): number {
    let sum = 0
    for (const reports of this.#windows.values()) sum += reports.byteLength
    return sum
  }

  /** @throws PayloadError */
  apply({ window, form }: Pick<RecordHeader, 'window' | 'form'>, payload: Uint8Array): void {
    const { start, end, extras } = readRecord({ read: skipPiece }, payload, form)
    const reports = this.#windows.get(window) ?? new WindowReports()
    this.#windows.set(window, reports)
    reports.add({ start, end, extras: extras() })
  }

  /** By window, those in [from, to). */
  windows(from: number, to: number): (readonly [number, WindowReports])[] {
    return [...this.#windows].filter(([window]) => window >= from && window < to)
  }
}

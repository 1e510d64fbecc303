import { skipPiece } from './epoch.ts'
import { fleetRow } from './fleet-section.ts'
import { type Fleet, FleetSum } from './fleet-sum.ts'
import { readRecord } from './record-content.ts'

/** What the profiles of one group in one segment say beside their samples, by window. */
export class SegmentReports {
  readonly #windows = new Map<number, FleetSum>()

  get byteLength(): number {
    let sum = 0
    for (const fleet of this.#windows.values()) sum += fleet.byteLength
    return sum
  }

  /** @throws PayloadError */
  apply(window: number, payload: Uint8Array): void {
    const { start, end, extras } = readRecord({ read: skipPiece }, payload)
    const fleet = this.#windows.get(window) ?? new FleetSum({ isBounded: false })
    this.#windows.set(window, fleet)
    fleet.add(fleetRow({ start, end, extras: extras() }))
  }

  /** Of the windows in [from, to). */
  fleets(from: number, to: number): Fleet[] {
    return [...this.#windows].flatMap(([window, sum]) => (window >= from && window < to ? [sum.fleet()] : []))
  }
}

import type { ProfileNote } from './block-sections.ts'
import type { Epoch } from './epoch.ts'
import type { EpochMap } from './epoch-map.ts'
import type { AttributeNews, SparseVector } from './record-content.ts'
import { WindowBuild } from './window-build.ts'

/** The windows of one group that are gathered at a time. */
export class WindowBuilds {
  readonly #builds = new Map<number, WindowBuild>()
  #byteLength = 0

  /** Held in memory, about. */
  get byteLength(): number {
    return this.#byteLength
  }

  /** @param epoch the day's; @param map from the epoch of `vectors` to it */
  add(
    window: number,
    epoch: Epoch,
    note: ProfileNote,
    vectors: readonly SparseVector[],
    map: EpochMap,
  ): void {
    const build = this.#builds.get(window) ?? new WindowBuild(window, epoch)
    this.#builds.set(window, build)
    this.#weighed(build, () => build.add(note, vectors, map))
  }

  /** Of a window that has no profile here, nothing is learnt. */
  learn(window: number, news: AttributeNews, map: EpochMap): void {
    const build = this.#builds.get(window)
    if (build !== undefined) this.#weighed(build, () => build.learn(news, map))
  }

  /** All of them, in the order of time; each is let go when the next is asked for. */
  *take(): Generator<WindowBuild> {
    for (const window of [...this.#builds.keys()].sort((a, b) => a - b)) {
      const build = this.#builds.get(window)!
      yield build
      this.#builds.delete(window)
      this.#byteLength -= build.byteLength
    }
  }

  #weighed(build: WindowBuild, work: () => void): void {
    const before = build.byteLength
    work()
    this.#byteLength += build.byteLength - before
  }
}

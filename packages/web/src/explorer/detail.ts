/**
 * Finer detail for what is looked at closely. The server sends the heaviest call paths of the whole; where the zoomed
 * frame has a visible rest, its subtree is asked for again, with all paths spent on it. Inverted trees are finer in the
 * worker itself.
 */
import { effect, untracked } from '@preact/signals'
import { restFrame } from '../call-shape/shape.ts'
import type { Chart } from '../flame-graph/chart.ts'
import type { FlameLayout } from '../flame-graph/layout.ts'
import type { ChartName, ViewQuestion } from '../worker/messages.ts'
import type { Explorer } from './explorer.ts'
import type { ProfileDrawing } from './profile.ts'

/** A rest below this share of what is on view is not worth a question. */
const visibleShare = 0.002

interface Sources {
  fetch(path: readonly string[], abort: AbortSignal): Promise<Uint8Array<ArrayBuffer>>
  refine(body: Uint8Array<ArrayBuffer>, path: readonly string[]): Promise<void>
  drawFiner(finer: ViewQuestion['finer']): Promise<void>
}

export class Detail {
  readonly #explorer: Explorer
  readonly #sources: Sources
  /** Paths that were asked for: once is enough. */
  readonly #asked = new Set<string>()
  #abort = new AbortController()

  constructor(explorer: Explorer, sources: Sources) {
    this.#explorer = explorer
    this.#sources = sources
  }

  /** New data has come: everything may be asked again. */
  forget(): void {
    this.#asked.clear()
    this.#abort.abort()
  }

  stop(): void {
    this.#abort.abort()
  }

  /** @returns how to stop it */
  watch(): () => void {
    const explorer = this.#explorer
    return effect(() => {
      const { view, steps } = explorer.view.value
      const main = this.#restPath(explorer.main)
      const callers = this.#restPath(explorer.callers)
      untracked(() => {
        if (view === 'overview') {
          // Steps change paths: those of the picture are not the server's any more.
          if (main !== null && steps.length === 0) void this.#fetch(main)
        } else if (main !== null && view === 'hotspots') this.#drawFiner('main', main)
        else if (callers !== null) this.#drawFiner('callers', callers)
      })
    })
  }

  /** Where one zoomed to, if a part of it that can be seen is not told apart. */
  #restPath(chart: Chart<ProfileDrawing>): readonly string[] | null {
    const drawing = chart.drawing.value
    const { box, isWhole } = chart.zoom.value
    if (drawing === null || box === 0 || !isWhole || !hasVisibleRest(drawing.layout, box)) return null
    // A rest itself is asked for at its caller.
    const at = drawing.layout.name[box] === restFrame ? drawing.layout.parent[box]! : box
    return at === 0 ? null : chart.pathOf(at)
  }

  #drawFiner(chart: ChartName, path: readonly string[]): void {
    const key = JSON.stringify(path)
    const { finer } = this.#explorer
    if (finer?.chart === chart && JSON.stringify(finer.path) === key) return
    void this.#sources.drawFiner({ chart, path })
  }

  async #fetch(path: readonly string[]): Promise<void> {
    const key = JSON.stringify(path)
    if (this.#asked.has(key)) return
    this.#asked.add(key)
    this.#abort.abort()
    const abort = new AbortController()
    this.#abort = abort
    this.#explorer.isRefining.value = true
    try {
      const body = await this.#sources.fetch(path, abort.signal)
      if (!abort.signal.aborted) await this.#sources.refine(body, path)
    } catch {
      // The coarse picture stays, and says what it does not tell apart; zooming again asks again.
      this.#asked.delete(key)
    } finally {
      if (this.#abort === abort) this.#explorer.isRefining.value = false
    }
  }
}

function hasVisibleRest({ name, end, width }: FlameLayout, top: number): boolean {
  const least = width[top]! * visibleShare
  for (let box = top; box < end[top]!; box++) if (name[box] === restFrame && width[box]! >= least) return true
  return false
}

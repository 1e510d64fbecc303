/**
 * Finer detail for what is looked at closely. The server sends the heaviest call paths of the whole; where a frame that is
 * zoomed to, focused on or inspected has a visible rest, its subtree is asked for again, with all paths spent on it: of a
 * function that is called in many places, one after the other. Inverted trees are finer in the worker itself.
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
  /** The one whose answer is on its way. */
  #asking = ''
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
      const { view } = explorer.view.value
      const main = this.#vagueBox(explorer.main)
      const callers = this.#vagueBox(explorer.callers)
      untracked(() => {
        if (view === 'hotspots') {
          if (main > 0) this.#drawFiner('main', main)
          return
        }
        if (callers > 0) this.#drawFiner('callers', callers)
        if (main > 0 || (main === 0 && this.#isPart())) void this.#refineBelow(main)
      })
    })
  }

  /** Whether the whole picture is a part of the profile, which can be asked for by itself. */
  #isPart(): boolean {
    const { view, steps } = this.#explorer.view.value
    return view === 'inspect' || steps.some(({ kind }) => kind === 'focus')
  }

  /** The box one zoomed to, if a part of it that can be seen is not told apart; -1 if all is. */
  #vagueBox(chart: Chart<ProfileDrawing>): number {
    const drawing = chart.drawing.value
    const { box, isWhole } = chart.zoom.value
    if (drawing === null || !isWhole || !hasVisibleRest(drawing.layout, box)) return -1
    // A rest itself is asked for at its caller.
    return drawing.layout.name[box] === restFrame ? drawing.layout.parent[box]! : box
  }

  #drawFiner(chart: ChartName, box: number): void {
    const path = this.#explorer[chart].pathOf(box)
    const key = JSON.stringify(path)
    const { finer } = this.#explorer
    if (finer?.chart === chart && JSON.stringify(finer.path) === key) return
    void this.#sources.drawFiner({ chart, path })
  }

  /** One place after the other: each finer picture leads to the next one. */
  async #refineBelow(box: number): Promise<void> {
    const explorer = this.#explorer
    const drawing = explorer.main.drawing.value
    // Without an answer there is no profile any more; the page says so.
    const paths = await explorer.vaguePaths(box).catch(() => [])
    if (explorer.main.drawing.value !== drawing) return
    if (paths.some((path) => JSON.stringify(path) === this.#asking)) return
    const next = paths.find((path) => !this.#asked.has(JSON.stringify(path)))
    if (next !== undefined) await this.#fetch(next)
  }

  async #fetch(path: readonly string[]): Promise<void> {
    const key = JSON.stringify(path)
    this.#asked.add(key)
    this.#asking = key
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
      if (this.#abort === abort) {
        this.#asking = ''
        this.#explorer.isRefining.value = false
      }
    }
  }
}

function hasVisibleRest({ name, end, width }: FlameLayout, top: number): boolean {
  const least = width[top]! * visibleShare
  for (let box = top; box < end[top]!; box++) if (name[box] === restFrame && width[box]! >= least) return true
  return false
}

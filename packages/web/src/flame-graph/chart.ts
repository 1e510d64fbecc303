/**
 * The state of one flame graph on a page, whatever it shows: what is zoomed to, selected, pointed at. Places are kept as
 * paths of names, so they survive new data.
 */
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals'
import { findPath, pathOf } from './frame-path.ts'
import type { Hit } from './hit-test.ts'
import type { FlameLayout } from './layout.ts'

/** What a flame graph draws. */
export interface Drawing {
  readonly layout: FlameLayout
  /** Colour number by box: see palette.ts. */
  readonly colours: Uint8Array
  /** Name of a frame by its index in the layout, exactly as it came; below 0 it has none. */
  nameOf(name: number): string
  /** What stands on a box: fit to be shown. */
  label(box: number): string
}

/** Part of the picture that is on view, in samples. */
export interface Span {
  readonly from: number
  readonly to: number
}

export class Chart<D extends Drawing = Drawing> {
  readonly drawing: ReadonlySignal<D | null>
  readonly hovered = signal<Hit | null>(null)
  /** Last of Ctrl+wheel or a drag: overrides the zoomed frame's extent until the next zoom. */
  readonly freeSpan = signal<Span | null>(null)
  /** 1 for each name that the search found; null without search. */
  readonly matches = signal<Uint8Array | null>(null)
  /** The zoomed box, and whether the whole path exists in this drawing. */
  readonly zoom: ReadonlySignal<{ readonly box: number; readonly isWhole: boolean }>
  /** The box that keys walk from; null before the first use. */
  readonly selected: ReadonlySignal<number | null>
  /** Width of the picture in CSS pixels; the flame graph on the page sets it. */
  columns: () => number = () => 1000

  readonly #onZoom: (path: readonly string[]) => void
  readonly #selectedPath = signal<readonly string[] | null>(null)
  readonly #zoomKey: ReadonlySignal<string>
  /** Zooms to come back to, widest first. */
  #trail: string[][] = []

  /** @param zoomPath where the picture is zoomed to @param onZoom is to change it */
  constructor(
    drawing: ReadonlySignal<D | null>,
    zoomPath: ReadonlySignal<readonly string[]>,
    onZoom: (path: readonly string[]) => void,
  ) {
    this.drawing = drawing
    this.#onZoom = onZoom
    this.#zoomKey = computed(() => JSON.stringify(zoomPath.value))
    const find = (path: readonly string[]) => {
      const shown = drawing.value
      return shown === null ? { box: 0, isWhole: true } : findPath(shown.layout, path, shown.nameOf)
    }
    this.zoom = computed(() => find(JSON.parse(this.#zoomKey.value)))
    this.selected = computed(() => {
      const path = this.#selectedPath.value
      return path === null || drawing.value === null ? null : find(path).box
    })
  }

  /** Changes with the zoom alone, not with the data. */
  get zoomKey(): ReadonlySignal<string> {
    return this.#zoomKey
  }

  get isZoomed(): boolean {
    return this.#zoomKey.value !== '[]' || this.freeSpan.value !== null
  }

  pathOf(box: number): string[] {
    const shown = this.drawing.value
    return shown === null ? [] : pathOf(shown.layout, box, shown.nameOf)
  }

  select(box: number): void {
    this.#selectedPath.value = this.pathOf(box)
  }

  zoomTo(box: number): void {
    const shown = this.drawing.value
    if (shown === null) return
    const here = this.zoom.value.box
    if (box === here) {
      this.freeSpan.value = null
      return
    }
    const isDeeper = box > here && box < shown.layout.end[here]!
    const path = this.pathOf(box)
    if (isDeeper) this.#trail.push(this.pathOf(here))
    else this.#trail = this.#trail.filter((wider) => wider.length < path.length)
    this.#onZoom(path)
  }

  /** One step back: the free span first, then the zooms in reverse. @returns whether there was one */
  zoomOut(): boolean {
    if (!this.isZoomed) return false
    if (this.freeSpan.value !== null) this.freeSpan.value = null
    else this.#onZoom(this.#trail.pop() ?? [])
    return true
  }

  resetZoom(): void {
    this.#trail = []
    batch(() => {
      this.freeSpan.value = null
      if (this.#zoomKey.value !== '[]') this.#onZoom([])
    })
  }

  /** Zooms to the widest caller in which the box is at least 24 pixels wide, if it cannot be seen as it is. */
  widen(box: number): void {
    const shown = this.drawing.value
    if (shown === null) return
    const { width, parent } = shown.layout
    const zoomed = this.zoom.value.box
    const columns = this.columns()
    if ((width[box]! / width[zoomed]!) * columns >= 3) return
    let target = box
    for (let at = box; at > zoomed; at = parent[at]!) {
      if ((width[box]! / width[at]!) * columns < 24) break
      target = at
    }
    this.zoomTo(target)
  }
}

/**
 * The flame graph on the page: sizes its canvases, draws when something changed (once a frame, never when idle), and
 * turns pointer input into boxes. The canvas is as large as the viewport and stays in place over a tall spacer, so a
 * stack of any depth scrolls. Outlines of hover and selection are on a second canvas: they never redraw the boxes.
 */
import { type Hit, hitTest } from './hit-test.ts'
import { type FlameLayout, rowCount } from './layout.ts'
import { Painter, type Scene, topOfRow } from './paint.ts'
import type { Palette } from './palette.ts'

/** Height of a row in CSS pixels. */
const rowHeight = 20
const transitionMilliseconds = 120
/** Pointer travel in CSS pixels that makes a press a drag. */
const dragThreshold = 4

export interface Picture {
  readonly layout: FlameLayout
  readonly colours: Uint8Array
  readonly palette: Palette
  readonly matches: Uint8Array | null
  /** Box whose extent is on view. */
  readonly zoom: number
  /** Overrides the extent, in samples. */
  readonly span: { readonly from: number; readonly to: number } | null
  readonly selected: number | null
  /** Whether the root is at the bottom. */
  readonly isFlipped: boolean
  readonly label: Scene['label']
  /** CSS colours of the outlines. */
  readonly accent: string
  readonly outline: string
}

export interface ViewEvents {
  onHover(hit: Hit | null, x: number, y: number): void
  onClick(hit: Hit): void
  onDoubleClick(hit: Hit): void
  /** The secondary button, or a long touch. Window coordinates. */
  onMenu(hit: Hit, x: number, y: number): void
  onSpan(span: { from: number; to: number }): void
}

export class FlameView {
  readonly #scroller: HTMLElement
  readonly #stage: HTMLElement
  readonly #spacer: HTMLElement
  readonly #boxes: HTMLCanvasElement
  readonly #outlines: HTMLCanvasElement
  readonly #painter: Painter
  readonly #outlineContext: CanvasRenderingContext2D
  readonly #events: ViewEvents
  readonly #abort = new AbortController()
  readonly #resize: ResizeObserver
  #picture: Picture | null = null
  #from = 0
  #to = 0
  #transition: { from: number; to: number; start: number } | null = null
  #hit: Hit | null = null
  /** Where the pointer is, in window coordinates; null while it is outside. */
  #pointer: { x: number; y: number } | null = null
  /** What the latest click was on. */
  #clicked: Hit | null = null
  #clickAt = { x: 0, y: 0, at: Number.NEGATIVE_INFINITY }
  #frame = 0
  #isStale = false
  #press: { x: number; y: number; from: number; to: number; scrollTop: number; isDrag: boolean } | null = null

  constructor(scroller: HTMLElement, events: ViewEvents) {
    this.#scroller = scroller
    this.#events = events
    this.#stage = element('div', 'flame-stage')
    this.#boxes = element('canvas', 'flame-canvas')
    this.#outlines = element('canvas', 'flame-canvas')
    this.#spacer = element('div', 'flame-spacer')
    for (const part of [this.#stage, this.#spacer]) part.setAttribute('aria-hidden', 'true')
    this.#stage.append(this.#boxes, this.#outlines)
    scroller.prepend(this.#stage, this.#spacer)
    this.#painter = new Painter(this.#boxes)
    this.#outlineContext = this.#outlines.getContext('2d')!
    this.#resize = new ResizeObserver(() => this.#fit())
    this.#resize.observe(scroller)
    this.#watchDensity()
    this.#listen()
  }

  dispose(): void {
    this.#abort.abort()
    this.#resize.disconnect()
    cancelAnimationFrame(this.#frame)
    this.#stage.remove()
    this.#spacer.remove()
  }

  /** Width in CSS pixels. */
  get columns(): number {
    return this.#stage.clientWidth
  }

  show(picture: Picture): void {
    const before = this.#picture
    this.#picture = picture
    const { layout, zoom, span } = picture
    const from = span?.from ?? layout.x[zoom]!
    const to = span?.to ?? layout.x[zoom]! + layout.width[zoom]!
    const isTurned = (before?.isFlipped ?? false) !== picture.isFlipped
    // What the pointer was on is elsewhere now, or no more: the next frame says what is there.
    if (before?.layout !== layout || before.zoom !== zoom || isTurned) this.#hover(null, 0, 0)
    if (before?.layout !== layout || isTurned) {
      const high = rowCount(layout) * rowHeight
      this.#spacer.style.height = `${high}px`
      if (isTurned) this.#scroller.scrollTop = picture.isFlipped ? high : 0
      this.#jump(from, to)
    } else if (from !== this.#target.from || to !== this.#target.to) {
      // Dragging and pinching follow the hand; everything else shows where it goes.
      if (span !== null && this.#press !== null) this.#jump(from, to)
      else this.#glide(from, to)
    }
    if (picture.selected !== null && (isTurned || before?.selected !== picture.selected))
      this.#reveal(picture.selected)
    if (before?.layout === layout && before.zoom !== zoom) this.#reveal(zoom)
    this.#redraw()
  }

  /** Scrolls as little as needed to bring a box's row into view, with a row of its callers. */
  #reveal(box: number): void {
    const { layout, isFlipped } = this.#picture!
    const depth = layout.depth[box]!
    const row = isFlipped ? rowCount(layout) - 1 - depth : depth
    const top = Math.max(0, row - 1) * rowHeight
    const bottom = (row + 2) * rowHeight
    const { scrollTop, clientHeight } = this.#scroller
    if (top < scrollTop) this.#scroller.scrollTop = top
    else if (bottom > scrollTop + clientHeight) this.#scroller.scrollTop = bottom - clientHeight
  }

  #target = { from: 0, to: 0 }

  #jump(from: number, to: number): void {
    this.#target = { from, to }
    this.#transition = null
    this.#from = from
    this.#to = to
  }

  #glide(from: number, to: number): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.#jump(from, to)
      return
    }
    this.#target = { from, to }
    this.#transition = { from: this.#from, to: this.#to, start: performance.now() }
  }

  #redraw(): void {
    this.#isStale = true
    this.#requestFrame()
  }

  #requestFrame(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((time) => this.#draw(time))
  }

  #draw(time: number): void {
    this.#frame = 0
    const picture = this.#picture
    if (picture === null) return
    if (this.#transition !== null) this.#move(time)
    if (this.#isStale) {
      this.#isStale = false
      performance.mark('flame-graph-start')
      this.#painter.paint(this.#scene(picture))
      const { visited } = this.#painter.visible
      performance.measure('flame-graph', { start: 'flame-graph-start', detail: { visited } })
      this.#hoverAgain()
    }
    this.#drawOutlines(picture)
    if (this.#transition !== null) this.#redraw()
  }

  #move(time: number): void {
    const { from, to, start } = this.#transition!
    const done = Math.min(1, Math.max(0, (time - start) / transitionMilliseconds))
    const eased = 1 - (1 - done) ** 3
    this.#from = from + (this.#target.from - from) * eased
    this.#to = to + (this.#target.to - to) * eased
    if (done === 1) this.#jump(this.#target.from, this.#target.to)
    this.#isStale = true
  }

  #scene(picture: Picture): Scene {
    const ratio = window.devicePixelRatio
    return {
      colours: picture.colours,
      palette: picture.palette,
      matches: picture.matches,
      label: picture.label,
      zoomRow: picture.layout.depth[picture.zoom]!,
      from: this.#from,
      to: this.#to,
      devicePixelRatio: ratio,
      ...this.#rows(picture),
    }
  }

  /** Where rows are, in device pixels. A flipped picture stands on the ground. */
  #rows({ layout, isFlipped }: Picture) {
    const ratio = window.devicePixelRatio
    const high = Math.round(rowHeight * ratio)
    const spare = isFlipped ? Math.max(0, this.#boxes.height - rowCount(layout) * high) : 0
    const scrollTop = Math.round((this.#scroller.scrollTop / rowHeight) * high) - spare
    return { layout, isFlipped, rowHeight: high, scrollTop }
  }

  #drawOutlines({ layout, selected, accent, outline }: Picture): void {
    const context = this.#outlineContext
    const { width, height } = this.#outlines
    const ratio = window.devicePixelRatio
    context.clearRect(0, 0, width, height)
    const hit = this.#hit
    if (hit !== null) {
      context.strokeStyle = outline
      context.lineWidth = Math.max(1, Math.round(ratio))
      const name = layout.name[hit.box]!
      const { visible } = this.#painter
      // The same function wherever it stands.
      for (let k = 0; hit.count === 1 && k < visible.length; k++) {
        if (layout.name[visible.box[k]!] !== name || visible.strip[k] === 1) continue
        context.globalAlpha = visible.box[k] === hit.box ? 1 : 0.55
        this.#outline(visible.left[k]!, visible.right[k]!, visible.row[k]!)
      }
      context.globalAlpha = 1
      if (hit.count > 1) this.#outlineSpan(hit.x, hit.width, layout.depth[hit.box]!)
    }
    if (selected === null) return
    context.strokeStyle = accent
    context.lineWidth = Math.max(2, Math.round(2 * ratio))
    this.#outlineSpan(layout.x[selected]!, layout.width[selected]!, layout.depth[selected]!)
  }

  #outlineSpan(x: number, width: number, row: number): void {
    const scale = this.#outlines.width / (this.#to - this.#from)
    const left = Math.max(0, Math.round((x - this.#from) * scale))
    const right = Math.min(this.#outlines.width, Math.round((x + width - this.#from) * scale))
    // Even a frame narrower than a pixel is shown where it stands.
    if (right >= 0 && left <= this.#outlines.width) this.#outline(left, Math.max(right, left + 3), row)
  }

  #outline(left: number, right: number, row: number): void {
    const context = this.#outlineContext
    const ratio = window.devicePixelRatio
    const high = Math.round(rowHeight * ratio)
    const inset = context.lineWidth / 2
    const top = topOfRow(this.#rows(this.#picture!), row)
    const gap = Math.round(ratio)
    context.strokeRect(left + inset, top + inset, right - left - gap - inset * 2, high - gap - inset * 2)
  }

  #fit(): void {
    const ratio = window.devicePixelRatio
    const wide = this.#scroller.clientWidth
    const high = this.#scroller.clientHeight
    for (const canvas of [this.#boxes, this.#outlines]) {
      canvas.width = Math.round(wide * ratio)
      canvas.height = Math.round(high * ratio)
      canvas.style.width = `${wide}px`
      canvas.style.height = `${high}px`
    }
    // Now, not in the next frame: a canvas is empty after its size changed.
    this.#isStale = true
    cancelAnimationFrame(this.#frame)
    this.#draw(performance.now())
  }

  /** Moving to a screen of another density, and zooming the page. */
  #watchDensity(): void {
    const query = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`)
    const onChange = () => {
      this.#fit()
      this.#watchDensity()
    }
    query.addEventListener('change', onChange, { once: true, signal: this.#abort.signal })
  }

  #listen(): void {
    const { signal } = this.#abort
    const scroller = this.#scroller
    scroller.addEventListener('scroll', () => this.#redraw(), { signal })
    scroller.addEventListener('pointermove', (event) => this.#onMove(event), { signal })
    scroller.addEventListener('pointerleave', () => this.#onLeave(), { signal })
    scroller.addEventListener('pointerdown', (event) => this.#onPress(event), { signal })
    scroller.addEventListener('pointerup', (event) => this.#onRelease(event), { signal })
    scroller.addEventListener('pointercancel', () => this.#endPress(), { signal })
    scroller.addEventListener('dblclick', (event) => this.#onDoubleClick(event), { signal })
    scroller.addEventListener('contextmenu', (event) => this.#onMenu(event), { signal })
    scroller.addEventListener('wheel', (event) => this.#onWheel(event), { signal, passive: false })
  }

  #hitAt({ clientX, clientY }: Pick<MouseEvent, 'clientX' | 'clientY'>): Hit | null {
    const picture = this.#picture
    if (picture === null) return null
    const { left, top, width, bottom } = this.#boxes.getBoundingClientRect()
    if (clientY < top || clientY >= bottom || clientX < left || clientX >= left + width) return null
    const { scrollTop, rowHeight: high, isFlipped } = this.#rows(picture)
    const place = Math.floor(((clientY - top) * window.devicePixelRatio + scrollTop) / high)
    const row = isFlipped ? rowCount(picture.layout) - 1 - place : place
    const x = this.#from + ((clientX - left) / width) * (this.#to - this.#from)
    return hitTest(picture.layout, row, x, this.#boxes.width / (this.#to - this.#from))
  }

  #isSameHit(hit: Hit | null): boolean {
    return hit?.box === this.#hit?.box && hit?.count === this.#hit?.count
  }

  #hover(hit: Hit | null, x: number, y: number): void {
    const isSame = this.#isSameHit(hit)
    this.#hit = hit
    if (!isSame) {
      this.#scroller.classList.toggle('over-box', hit !== null)
      this.#requestFrame()
    }
    this.#events.onHover(hit, x, y)
  }

  /** The picture moves under a pointer that rests, too. */
  #hoverAgain(): void {
    if (this.#pointer === null || this.#press !== null) return
    const { x, y } = this.#pointer
    const hit = this.#hitAt({ clientX: x, clientY: y })
    if (!this.#isSameHit(hit)) this.#hover(hit, x, y)
  }

  #onLeave(): void {
    this.#pointer = null
    this.#hover(null, 0, 0)
  }

  #onPress(event: PointerEvent): void {
    if (event.button !== 0 || event.pointerType === 'touch') return
    const { clientX: x, clientY: y } = event
    this.#press = { x, y, from: this.#from, to: this.#to, scrollTop: this.#scroller.scrollTop, isDrag: false }
  }

  #onMove(event: PointerEvent): void {
    this.#pointer = { x: event.clientX, y: event.clientY }
    const press = this.#press
    if (press === null) {
      this.#hover(this.#hitAt(event), event.clientX, event.clientY)
      return
    }
    const dx = event.clientX - press.x
    const dy = event.clientY - press.y
    if (!press.isDrag) {
      if (Math.hypot(dx, dy) < dragThreshold) return
      press.isDrag = true
      this.#scroller.setPointerCapture(event.pointerId)
      this.#scroller.classList.add('dragging')
      this.#hover(null, 0, 0)
    }
    this.#scroller.scrollTop = press.scrollTop - dy
    this.#pan(press, (dx / this.columns) * (press.to - press.from))
  }

  #onRelease(event: PointerEvent): void {
    const isClick = event.button === 0 && (this.#press?.isDrag === false || event.pointerType === 'touch')
    this.#endPress()
    const hit = isClick ? this.#hitAt(event) : null
    // The first click of two zooms: the second one means the same box, whatever is under the pointer by then.
    const { clientX: x, clientY: y, timeStamp: at } = event
    const isSecond = at - this.#clickAt.at < 500 && Math.hypot(x - this.#clickAt.x, y - this.#clickAt.y) < 8
    this.#clickAt = { x, y, at }
    if (isSecond) return
    this.#clicked = hit
    if (hit !== null) this.#events.onClick(hit)
  }

  #onDoubleClick(event: MouseEvent): void {
    if (this.#clicked !== null) this.#events.onDoubleClick(this.#clicked)
    event.preventDefault()
  }

  #onMenu(event: MouseEvent): void {
    // From the keyboard it has no place: whoever has the focus answers.
    const isTouch = event instanceof PointerEvent && event.pointerType === 'touch'
    const hit = event.button === 2 || isTouch ? this.#hitAt(event) : null
    if (hit === null) return
    event.preventDefault()
    this.#endPress()
    this.#events.onMenu(hit, event.clientX, event.clientY)
  }

  #endPress(): void {
    this.#press = null
    this.#scroller.classList.remove('dragging')
  }

  /** Ctrl or Cmd zooms at the pointer, Shift pans; a plain wheel scrolls as the page does. */
  #onWheel(event: WheelEvent): void {
    const picture = this.#picture
    if (picture === null) return
    const span = this.#to - this.#from
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault()
      const { left, width } = this.#boxes.getBoundingClientRect()
      const at = (event.clientX - left) / width
      const all = picture.layout.width[0]!
      const factor = Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.006)
      const wide = Math.min(all, Math.max(all * 1e-9, span * factor))
      this.#pan({ from: this.#from + (span - wide) * at, to: this.#from + (span - wide) * at + wide }, 0)
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      const all = picture.layout.width[0]!
      if (span >= all) return
      event.preventDefault()
      const delta = event.deltaX || event.deltaY
      this.#pan({ from: this.#from, to: this.#to }, (-delta / this.columns) * span)
    }
  }

  /** Shifts a span to the right by so many samples, kept inside the profile, and shows it at once. */
  #pan({ from, to }: { from: number; to: number }, by: number): void {
    const all = this.#picture!.layout.width[0]!
    const wide = to - from
    const start = Math.min(Math.max(0, from - by), all - wide)
    if (start === this.#from && start + wide === this.#to) return
    this.#jump(start, start + wide)
    this.#events.onSpan({ from: start, to: start + wide })
    this.#redraw()
  }
}

function element<K extends 'div' | 'canvas'>(name: K, className: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(name)
  made.className = className
  return made
}

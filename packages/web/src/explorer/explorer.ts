/**
 * The state of one group's flame graph page. The URL says what is on view; this fetches it, keeps the picture of
 * before until the next one is there, and turns what people do into URLs again.
 */
import { batch, computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals'
import type { ProfilingGroupDescription } from '@wick/wire'
import { describeGroup, fetchTree, listWindows } from '../api/operations.ts'
import { ApiFailure } from '../api/request.ts'
import { announce } from '../app/announce.tsx'
import { location, navigate } from '../app/location.ts'
import type { Step } from '../call-shape/steps.ts'
import type { CostWords } from '../cost/cost.ts'
import { Chart } from '../flame-graph/chart.ts'
import { childrenInRow } from '../flame-graph/rows.ts'
import type { SearchResult } from '../flame-graph/search.ts'
import { formatPercent, plural } from '../format/numbers.ts'
import { type Bounds, boundsOf } from '../range/page-range.ts'
import { type ProfileStep, stepFor, stepMilliseconds } from '../range/steps.ts'
import type { ChartName, FileFormat, LoadedProfile, ViewKind, ViewQuestion } from '../worker/messages.ts'
import { ProfileClient, ProfileWorkerError } from '../worker/profile-client.ts'
import { CodeRules } from './code-rules.ts'
import { Detail } from './detail.ts'
import { Profile, type ProfileDrawing, ProfileNames } from './profile.ts'
import { StepHistory } from './step-history.ts'
import { chosenStates } from './thread-states.ts'
import { refreshInterval, stepsIn } from './time-range.ts'
import { formatView, parseView, type ViewState } from './view-state.ts'

/** What stands in the way of a picture. */
export type Obstacle =
  | { readonly kind: 'no-data' }
  | { readonly kind: 'no-group' }
  | { readonly kind: 'failure'; readonly failure: ApiFailure }

/** A range in steps, and which of them hold data. Starts are epoch milliseconds. */
export interface Windows {
  readonly step: ProfileStep
  readonly starts: readonly number[]
  readonly filled: ReadonlySet<number>
}

export class Explorer {
  readonly group: string
  readonly description = signal<ProfilingGroupDescription | null>(null)
  readonly profile = signal<Profile | null>(null)
  readonly isLoading = signal(true)
  readonly obstacle = signal<Obstacle | null>(null)
  /** When there is data in the range; null while not known. */
  readonly windows = signal<Windows | null>(null)
  /** Why the windows are not known. */
  readonly windowsFailure = signal<ApiFailure | null>(null)
  readonly found = signal<SearchResult | null>(null)
  /** Why a search was not done: a broken pattern, one that takes too long. */
  readonly searchProblem = signal<string | null>(null)
  /** Why the view could not be made, though the profile is there. */
  readonly viewProblem = signal<string | null>(null)
  readonly isRefining = signal(false)
  /** What samples cost; null where it is not known. Set by whoever knows prices. */
  readonly cost = signal<((samples: number) => CostWords | null) | null>(null)
  /** Whether it may be known, now or soon: tables have a column for it from the start. */
  readonly isPriced = signal(true)
  /** Whether it is still asked for. */
  readonly isCostAwaited = signal(true)

  readonly view = computed(() => parseView(location.value.search, location.value.hash))
  readonly bounds = signal<Bounds>({ from: 0, to: 0 })
  readonly rules: CodeRules
  readonly steps: StepHistory
  readonly detail: Detail
  readonly main: Chart<ProfileDrawing>
  readonly callers: Chart<ProfileDrawing>
  readonly chosen = computed(() => chosenStates(this.view.value.states, this.profile.value?.states ?? []))
  /** What the shares are shares of, in words. */
  readonly measure = computed(() => measures[this.view.value.states.kind])

  readonly #rangeKey = computed(() => JSON.stringify(this.view.value.range))
  /** What the worker makes pictures of, apart from finer detail. */
  readonly #question: ReadonlySignal<Omit<ViewQuestion, 'finer'>> = computed(() => {
    const { states, view, inspected, steps, colour, order } = this.view.value
    return { states, view, inspected, steps, colour, order, rules: this.rules.rules.value }
  })
  readonly #questionKey = computed(() => JSON.stringify(this.#question.value))
  readonly #searchKey = computed(() => JSON.stringify([this.view.value.search, this.view.value.isPattern]))
  readonly #client = new ProfileClient()
  readonly #stops: (() => void)[] = []
  #loading = new AbortController()
  #loaded: { readonly profile: LoadedProfile; readonly names: ProfileNames } | null = null
  #drawnKey = ''
  #draws = 0
  #finer: ViewQuestion['finer'] = null

  constructor(group: string) {
    this.group = group
    this.rules = new CodeRules(group)
    this.main = new Chart(
      computed(() => this.profile.value?.main ?? null),
      computed(() => this.view.value.zoom),
      (zoom) => this.show({ zoom }),
    )
    this.callers = new Chart(
      computed(() => this.profile.value?.callers ?? null),
      computed(() => this.view.value.callersZoom),
      (callersZoom) => this.show({ callersZoom }),
    )
    this.steps = new StepHistory(
      computed(() => this.view.value.steps),
      (steps) => this.show({ steps }),
    )
    this.detail = new Detail(this, {
      fetch: (path, abort) => fetchTree(group, this.bounds.value, path, abort),
      refine: (body, path) => this.#refine(body, path),
      drawFiner: (finer) => this.#draw(finer),
    })
    this.#stops.push(
      effect(() => {
        void this.#rangeKey.value
        untracked(() => void this.load())
      }),
      effect(() => {
        const key = this.#questionKey.value
        untracked(() => {
          if (this.#loaded !== null && key !== this.#drawnKey) void this.#draw(null)
        })
      }),
      effect(() => {
        void this.#searchKey.value
        const profile = this.profile.value
        const top = this.main.zoom.value.box
        untracked(() => void this.#search(profile, top))
      }),
      ...[this.main, this.callers].map((chart) =>
        effect(() => {
          void chart.zoomKey.value
          void chart.drawing.value
          chart.freeSpan.value = null
          chart.hovered.value = null
        }),
      ),
      effect(() => this.#keepFresh(this.#rangeKey.value)),
      this.detail.watch(),
    )
  }

  dispose(): void {
    for (const stop of this.#stops) stop()
    this.#loading.abort()
    this.detail.stop()
    this.#client.stop()
  }

  /** Changes the view through its URL. @param replace without a step for the Back button */
  show(change: Partial<ViewState>, replace = false): void {
    navigate(location.value.pathname + formatView({ ...this.view.value, ...change }), { replace })
  }

  /** Siblings by name instead of by weight, and back. */
  changeOrder(): void {
    const order = this.view.value.order === 'weight' ? 'name' : 'weight'
    this.show({ order }, true)
    announce(order === 'weight' ? 'Heaviest first' : 'In order of names')
  }

  /** Shows one of the three views; what was zoomed to in another one means nothing there. */
  showView(view: ViewKind, inspected = this.view.value.inspected): void {
    if (view === 'inspect' && inspected === '') {
      const name = this.selectedName() ?? this.#heaviestName()
      if (name === null) return
      this.show({ view, inspected: name, zoom: [], callersZoom: [], shows: 'graph' })
    } else this.show({ view, inspected, zoom: [], callersZoom: [] })
  }

  inspect(name: string): void {
    this.show({ view: 'inspect', inspected: name, zoom: [], callersZoom: [], shows: 'graph' })
    announce(`Inspecting ${name}`)
  }

  /** Name of the selected frame, exactly as it came; null where none is, or it has none. */
  selectedName(): string | null {
    const drawing = this.main.drawing.value
    const box = this.main.selected.value ?? this.main.zoom.value.box
    return drawing === null || drawing.layout.name[box]! < 0
      ? null
      : drawing.nameOf(drawing.layout.name[box]!)
  }

  #heaviestName(): string | null {
    const drawing = this.main.drawing.value
    if (drawing === null) return null
    const { layout, nameOf } = drawing
    const { from, to } = childrenInRow(layout, 0)
    const callees = layout.rowBoxes.subarray(from, to)
    const box = callees.reduce((best, next) => (layout.width[next]! > layout.width[best]! ? next : best), 0)
    return layout.name[box]! < 0 ? null : nameOf(layout.name[box]!)
  }

  addStep(step: Step): void {
    this.steps.add(step)
  }

  /** Fetches the range on view. The old picture stays until the new one is there. */
  async load(): Promise<void> {
    this.#loading.abort()
    const abort = new AbortController()
    this.#loading = abort
    const bounds = boundsOf(this.view.value.range, Date.now())
    this.isLoading.value = true
    void this.#loadWindows(bounds, abort.signal)
    try {
      const [description, body] = await Promise.all([
        describeGroup(this.group, abort.signal).catch(deniedAsNull),
        fetchTree(this.group, bounds, [], abort.signal).catch(noDataAsNull),
      ])
      if (abort.signal.aborted) return
      if (description !== null) this.description.value = description
      if (body === null) return this.#fail(abort, { kind: 'no-data' }, bounds)
      const profile = await this.#client.ask('load', { body }, [body.buffer])
      if (abort.signal.aborted) return
      this.#loaded = { profile, names: new ProfileNames(profile) }
      this.detail.forget()
      batch(() => {
        this.bounds.value = bounds
        this.obstacle.value = null
      })
      await this.#draw(null)
    } catch (error) {
      if (abort.signal.aborted) return
      // The old picture stays; the page says that it is old.
      this.#fail(abort, obstacleOf(error), this.bounds.value)
    }
  }

  #fail(abort: AbortController, obstacle: Obstacle, bounds: Bounds): void {
    if (abort.signal.aborted) return
    batch(() => {
      if (obstacle.kind !== 'failure') this.profile.value = this.#loaded = null
      this.obstacle.value = obstacle
      this.bounds.value = bounds
      this.isLoading.value = false
    })
  }

  async #refine(body: Uint8Array<ArrayBuffer>, path: readonly string[]): Promise<void> {
    const profile = await this.#client.ask('refine', { body, path }, [body.buffer])
    if (profile === null) return
    this.#loaded = { profile, names: new ProfileNames(profile) }
    await this.#draw(null)
  }

  /** Makes the pictures of the view. The latest question wins. */
  async #draw(finer: ViewQuestion['finer']): Promise<void> {
    const loaded = this.#loaded
    if (loaded === null) return
    const id = ++this.#draws
    this.#drawnKey = this.#questionKey.value
    this.#finer = finer
    this.isLoading.value = true
    try {
      const drawn = await this.#client.ask('draw', { ...this.#question.value, finer })
      if (id !== this.#draws) return
      batch(() => {
        this.viewProblem.value = null
        this.profile.value = new Profile(loaded.profile, drawn, loaded.names)
      })
    } catch (error) {
      if (id === this.#draws) this.viewProblem.value = error instanceof Error ? error.message : String(error)
    } finally {
      if (id === this.#draws) this.isLoading.value = false
    }
  }

  /** What the pictures on view tell apart more finely. */
  get finer(): ViewQuestion['finer'] {
    return this.#finer
  }

  async #loadWindows(bounds: Bounds, abort: AbortSignal): Promise<void> {
    try {
      const step = stepFor(bounds)
      const filled = new Set(await listWindows(this.group, bounds, step, abort))
      batch(() => {
        this.windows.value = { step, starts: stepsIn(bounds, stepMilliseconds[step]), filled }
        this.windowsFailure.value = null
      })
    } catch (error) {
      if (abort.aborted) return
      // An extra: the picture does not wait for it.
      this.windows.value = null
      this.windowsFailure.value = error instanceof ApiFailure ? error : null
    }
  }

  async #search(profile: Profile | null, top: number): Promise<void> {
    const { search, isPattern } = this.view.value
    const text = search.trim()
    if (profile === null || text === '') {
      this.#showFound(null, null)
      return
    }
    const key = this.#searchKey.value
    const isCurrent = () =>
      this.profile.value === profile && this.#searchKey.value === key && this.main.zoom.value.box === top
    try {
      const found = await this.#client.ask('search', { text: { text, isPattern }, top })
      if (!isCurrent()) return
      this.#showFound(found, null)
      announce(describeMatches(found, profile.main.layout.width[top]!))
    } catch (error) {
      if (isCurrent()) this.#showFound(null, error instanceof Error ? error.message : String(error))
    }
  }

  #showFound(found: SearchResult | null, problem: string | null): void {
    batch(() => {
      this.found.value = found
      this.searchProblem.value = problem
      this.main.matches.value = found?.names ?? null
      this.callers.matches.value = found?.names ?? null
    })
  }

  /** Rows of the function table. */
  functions() {
    return this.#client.ask('functions', { top: this.main.zoom.value.box })
  }

  /** Samples of a box by thread state. */
  statesOf(chart: ChartName, box: number) {
    return this.#client.ask('states', { chart, box })
  }

  vaguePaths(box: number) {
    return this.#client.ask('vaguePaths', { box })
  }

  packages() {
    return this.#client.ask('packages', { rules: this.rules.rules.value })
  }

  encode(format: FileFormat) {
    const { start, end } = this.profile.value!
    return this.#client.ask('encode', { format, title: this.group, start, end })
  }

  #keepFresh(_rangeKey: string): () => void {
    const interval = untracked(() => refreshInterval(this.view.value.range))
    if (interval === null) return () => {}
    let isDue = false
    const tick = () => {
      isDue = document.visibilityState !== 'visible'
      if (!isDue && !this.isLoading.value) void this.load()
    }
    const onVisible = () => {
      if (isDue) tick()
    }
    const timer = setInterval(tick, interval)
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }

  /** One step back: among the callers, then in the main picture. */
  zoomOut(): void {
    if (!this.callers.zoomOut()) this.main.zoomOut()
  }

  resetZoom(): void {
    for (const chart of [this.main, this.callers]) {
      chart.freeSpan.value = null
    }
    this.main.resetZoom()
    this.callers.resetZoom()
  }

  /** Selects the next match, or the one before, going round; zooms where it is too narrow to be seen. */
  goToMatch(direction: 1 | -1): void {
    const drawing = this.main.drawing.value
    const found = this.found.value
    if (drawing === null || found === null || found.boxes.length === 0) return
    const { boxes } = found
    const here = this.main.selected.value ?? -1
    let index = firstAtLeast(boxes, here)
    if (index === boxes.length) index = direction > 0 ? 0 : boxes.length - 1
    else if (direction < 0) index = (index - 1 + boxes.length) % boxes.length
    else if (boxes[index] === here) index = (index + 1) % boxes.length
    const box = boxes[index]!
    this.main.select(box)
    this.main.widen(box)
    const share = drawing.layout.width[box]! / drawing.layout.width[0]!
    announce(`Match ${index + 1} of ${boxes.length}: ${drawing.label(box)}, ${formatPercent(share)}`)
  }

  /** Which match is selected, from 1; 0 if none. */
  readonly matchNumber = computed(() => {
    const boxes = this.found.value?.boxes
    const selected = this.main.selected.value
    if (boxes === undefined || selected === null) return 0
    const index = firstAtLeast(boxes, selected)
    return boxes[index] === selected ? index + 1 : 0
  })
}

/** Place of the first box that is not before another, in ascending ones. */
function firstAtLeast(boxes: Int32Array, box: number): number {
  let low = 0
  let high = boxes.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (boxes[middle]! < box) low = middle + 1
    else high = middle
  }
  return low
}

const measures = { cpu: 'CPU time', latency: 'latency', custom: 'the chosen thread states' } as const

function describeMatches({ boxes, samples }: SearchResult, all: number): string {
  if (boxes.length === 0) return 'No matches'
  return `${plural(boxes.length, 'match', 'matches')}, ${formatPercent(samples / all)} of view`
}

function noDataAsNull(error: unknown): null {
  if (error instanceof ApiFailure && error.code === 'ResourceNotFoundException') return null
  throw error
}

/** Whoever may see the profile but not the group's description still sees the profile. */
function deniedAsNull(error: unknown): null {
  if (error instanceof ApiFailure && error.code === 'AccessDeniedException') return null
  throw error
}

function obstacleOf(error: unknown): Obstacle {
  if (error instanceof ApiFailure) {
    return error.code === 'ResourceNotFoundException'
      ? { kind: 'no-group' }
      : { kind: 'failure', failure: error }
  }
  const reason = error instanceof ProfileWorkerError ? error.message : String(error)
  const failure = new ApiFailure(1, 'Unreadable', `The profile could not be drawn: ${reason}.`, null)
  return { kind: 'failure', failure }
}

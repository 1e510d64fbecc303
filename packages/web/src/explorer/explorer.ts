/**
 * The state of one group's flame graph page. The URL says what is on view; this fetches it, keeps the picture of
 * before until the next one is there, and turns what people do into URLs again.
 */
import { batch, computed, effect, signal, untracked } from '@preact/signals'
import type { ProfilingGroupDescription } from '@wick/wire'
import { describeGroup, fetchProfile, listWindows } from '../api/operations.ts'
import { ApiFailure } from '../api/request.ts'
import { announce } from '../app/announce.tsx'
import { location, navigate } from '../app/location.ts'
import { findPath, pathOf } from '../flame-graph/frame-path.ts'
import type { Hit } from '../flame-graph/hit-test.ts'
import type { SearchResult } from '../flame-graph/search.ts'
import { formatPercent, plural } from '../format/numbers.ts'
import { ProfileClient, ProfileWorkerError } from '../worker/profile-client.ts'
import { Profile } from './profile.ts'
import { chosenStates } from './thread-states.ts'
import { type Bounds, boundsOf, refreshInterval, windowsIn } from './time-range.ts'
import { formatView, parseView, type ViewState } from './view-state.ts'

/** What stands in the way of a picture. */
export type Obstacle =
  | { readonly kind: 'no-data' }
  | { readonly kind: 'no-group' }
  | { readonly kind: 'failure'; readonly failure: ApiFailure }

/** Part of the picture that is on view, in samples. */
export interface Span {
  readonly from: number
  readonly to: number
}

export class Explorer {
  readonly group: string
  readonly description = signal<ProfilingGroupDescription | null>(null)
  readonly profile = signal<Profile | null>(null)
  readonly isLoading = signal(true)
  readonly obstacle = signal<Obstacle | null>(null)
  /** Of the five-minute windows in range, whether each holds data; null while not known. */
  readonly windows = signal<readonly { readonly start: number; readonly hasData: boolean }[] | null>(null)
  readonly found = signal<SearchResult | null>(null)
  readonly hovered = signal<Hit | null>(null)
  /** Last of Ctrl+wheel or a drag: overrides the zoomed frame's extent until the next zoom. */
  readonly freeSpan = signal<Span | null>(null)

  readonly view = computed(() => parseView(location.value.search, location.value.hash))
  readonly #rangeKey = computed(() => JSON.stringify(this.view.value.range))
  readonly #statesKey = computed(() => JSON.stringify(this.view.value.states))
  readonly #zoomKey = computed(() => JSON.stringify(this.view.value.zoom))
  readonly #searchText = computed(() => this.view.value.search.trim())

  /** The zoomed box, and whether the whole path of the URL exists in this profile. */
  readonly zoom = computed(() => {
    const profile = this.profile.value
    const path = JSON.parse(this.#zoomKey.value) as string[]
    return profile === null ? { box: 0, isWhole: true } : findPath(profile.layout, path, profile.nameOf)
  })
  readonly #selectedPath = signal<readonly string[] | null>(null)
  /** The box that keys walk from; null before the first use. */
  readonly selected = computed(() => {
    const profile = this.profile.value
    const path = this.#selectedPath.value
    return profile === null || path === null ? null : findPath(profile.layout, path, profile.nameOf).box
  })
  readonly chosen = computed(() => chosenStates(this.view.value.states, this.profile.value?.states ?? []))
  readonly bounds = signal<Bounds>({ from: 0, to: 0 })
  /** What the shares are shares of, in words. */
  readonly measure = computed(() => measures[this.view.value.states.kind])
  /** Width of the picture in CSS pixels; the flame graph on the page sets it. */
  columns: () => number = () => 1000

  readonly #client = new ProfileClient()
  readonly #stops: (() => void)[] = []
  #loading = new AbortController()
  /** Zooms to come back to with Esc, widest first. */
  #trail: string[][] = []
  #shownStates = ''

  constructor(group: string) {
    this.group = group
    this.#stops.push(
      effect(() => {
        void this.#rangeKey.value
        untracked(() => void this.load())
      }),
      effect(() => {
        const key = this.#statesKey.value
        untracked(() => {
          if (this.profile.value !== null && key !== this.#shownStates) void this.#choose()
        })
      }),
      effect(() => {
        const text = this.#searchText.value
        const profile = this.profile.value
        const top = this.zoom.value.box
        untracked(() => void this.#search(profile, text, top))
      }),
      effect(() => {
        void this.#zoomKey.value
        void this.profile.value
        this.freeSpan.value = null
      }),
      effect(() => this.#keepFresh(this.#rangeKey.value)),
    )
  }

  dispose(): void {
    for (const stop of this.#stops) stop()
    this.#loading.abort()
    this.#client.stop()
  }

  /** Changes the view through its URL. @param replace without a step for the Back button */
  show(change: Partial<ViewState>, replace = false): void {
    navigate(location.value.pathname + formatView({ ...this.view.value, ...change }), { replace })
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
        describeGroup(this.group, abort.signal),
        fetchProfile(this.group, bounds, abort.signal).catch(noDataAsNull),
      ])
      if (abort.signal.aborted) return
      this.description.value = description
      if (body === null) return this.#finish(abort, null, { kind: 'no-data' }, bounds)
      const states = this.#statesKey.value
      const loaded = await this.#client.ask('load', { body, choice: this.view.value.states }, [body.buffer])
      if (abort.signal.aborted) return
      this.#shownStates = states
      this.#finish(abort, new Profile(loaded), null, bounds)
      if (this.#statesKey.value !== states) await this.#choose()
    } catch (error) {
      if (abort.signal.aborted) return
      // The old picture stays; the page says that it is old.
      this.#finish(abort, this.profile.value, obstacleOf(error), this.bounds.value)
    }
  }

  #finish(abort: AbortController, profile: Profile | null, obstacle: Obstacle | null, bounds: Bounds): void {
    if (abort.signal.aborted) return
    batch(() => {
      this.hovered.value = null
      this.profile.value = profile
      this.obstacle.value = obstacle
      this.bounds.value = bounds
      this.isLoading.value = false
    })
  }

  async #loadWindows(bounds: Bounds, abort: AbortSignal): Promise<void> {
    try {
      const starts = new Set(await listWindows(this.group, bounds, abort))
      this.windows.value = windowsIn(bounds).map((start) => ({ start, hasData: starts.has(start) }))
    } catch {
      // An extra: the picture does not wait for it, and its own request tells what is wrong.
      if (!abort.aborted) this.windows.value = null
    }
  }

  async #choose(): Promise<void> {
    const key = this.#statesKey.value
    const before = this.profile.value!
    this.#shownStates = key
    this.isLoading.value = true
    try {
      const picture = await this.#client.ask('choose', { choice: this.view.value.states })
      if (this.#statesKey.value === key && this.profile.value === before)
        this.profile.value = before.with(picture)
    } catch (error) {
      this.obstacle.value = obstacleOf(error)
    } finally {
      this.isLoading.value = false
    }
  }

  async #search(profile: Profile | null, text: string, top: number): Promise<void> {
    if (profile === null || text === '') {
      this.found.value = null
      return
    }
    const found = await this.#client.ask('search', { text, top })
    const isCurrent = this.profile.value === profile && this.#searchText.value === text
    if (!isCurrent || this.zoom.value.box !== top) return
    this.found.value = found
    announce(describeMatches(found, profile.layout.width[top]!))
  }

  /** Rows of the function table below the zoomed frame. */
  functions() {
    return this.#client.ask('functions', { top: this.zoom.value.box })
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

  select(box: number): void {
    const profile = this.profile.value
    if (profile !== null) this.#selectedPath.value = pathOf(profile.layout, box, profile.nameOf)
  }

  zoomTo(box: number): void {
    const profile = this.profile.value
    if (profile === null) return
    const here = this.zoom.value.box
    if (box === here) {
      this.freeSpan.value = null
      return
    }
    const isDeeper = box > here && box < profile.layout.end[here]!
    if (isDeeper) this.#trail.push(pathOf(profile.layout, here, profile.nameOf))
    const path = pathOf(profile.layout, box, profile.nameOf)
    if (!isDeeper) this.#trail = this.#trail.filter((wider) => wider.length < path.length)
    this.show({ zoom: path })
  }

  /** One step back: the free span first, then the zooms in reverse. */
  zoomOut(): void {
    if (this.freeSpan.value !== null) this.freeSpan.value = null
    else if (this.view.value.zoom.length > 0) this.show({ zoom: this.#trail.pop() ?? [] })
  }

  resetZoom(): void {
    this.#trail = []
    this.freeSpan.value = null
    if (this.view.value.zoom.length > 0) this.show({ zoom: [] })
  }

  /** Selects the next match, or the one before, going round; zooms where it is too narrow to be seen. */
  goToMatch(direction: 1 | -1): void {
    const profile = this.profile.value
    const found = this.found.value
    if (profile === null || found === null || found.boxes.length === 0) return
    const { boxes } = found
    const here = this.selected.value ?? -1
    let index = boxes.findIndex((box) => box >= here)
    if (index < 0) index = direction > 0 ? 0 : boxes.length - 1
    else if (direction < 0) index = (index - 1 + boxes.length) % boxes.length
    else if (boxes[index] === here) index = (index + 1) % boxes.length
    const box = boxes[index]!
    this.select(box)
    this.#widen(profile, box)
    const share = profile.layout.width[box]! / profile.samples
    announce(`Match ${index + 1} of ${boxes.length}: ${profile.label(box)}, ${formatPercent(share)}`)
  }

  /** Zooms to the widest caller in which the box is at least 24 pixels wide. */
  #widen({ layout }: Profile, box: number): void {
    const { box: zoomed } = this.zoom.value
    const columns = this.columns()
    if ((layout.width[box]! / layout.width[zoomed]!) * columns >= 3) return
    let target = box
    for (let at = box; at > zoomed; at = layout.parent[at]!) {
      if ((layout.width[box]! / layout.width[at]!) * columns < 24) break
      target = at
    }
    this.zoomTo(target)
  }

  /** Which match is selected, from 1; 0 if none. */
  readonly matchNumber = computed(() => {
    const boxes = this.found.value?.boxes
    const selected = this.selected.value
    return boxes === undefined || selected === null ? 0 : boxes.indexOf(selected) + 1
  })
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

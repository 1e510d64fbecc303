/**
 * The whole view of one group as a URL, version 2: what a person copies from the address bar is what another one sees.
 *
 *   ?v=2&range=1h | &from=2026-11-24T12:00:00.000Z&to=…   time
 *   &states=latency | RUNNABLE,IDLE                          thread states; left out for CPU
 *   &view=hotspots | inspect                                 left out for the overview
 *   &q=text | &re=pattern                                    search
 *   &as=table&sort=total | -total                            table instead of the flame graph; - is ascending
 *   &colour=package | state    &root=bottom    &order=name
 *   #zoom=main;handle;parse                                  zoomed frame, as names from below the root
 *   &up=caller;its-caller                                    the same among the callers of an inspected function
 *   &inspect=name                                            the inspected function
 *   &t=hide:name;drop:~pattern;package:org.x                 what was done to the picture, in order
 *
 * Names of functions stand in the fragment: they may be a thousand frames long, which no server accepts in a request
 * line, and do not belong into access logs. A frame is told by names, never by an index, so a link still works when new
 * data has come. Unknown or broken parts are left out, never an error.
 *
 * Version 1 said `view=table` for what is `as=table` now; its links open. A later version is read as far as it goes.
 */
import { type Frames, frameSteps, type Step } from '../call-shape/steps.ts'
import type { SiblingOrder } from '../flame-graph/layout.ts'
import { type PageRange, rangeQuery } from '../range/page-range.ts'
import type { ColourMode, ViewKind } from '../worker/messages.ts'
import type { StateChoice } from './thread-states.ts'
import { parseProfileRange } from './time-range.ts'

const sortColumns = ['self', 'total', 'cost', 'name'] as const
export type SortColumn = (typeof sortColumns)[number]

export interface ViewState {
  readonly range: PageRange
  readonly states: StateChoice
  readonly view: ViewKind
  /** The inspected function; matters in that view only. */
  readonly inspected: string
  readonly steps: readonly Step[]
  readonly search: string
  /** Whether `search` is a regular expression. */
  readonly isPattern: boolean
  readonly zoom: readonly string[]
  /** Zoom among the callers of an inspected function. */
  readonly callersZoom: readonly string[]
  readonly shows: 'graph' | 'table'
  readonly sort: SortColumn
  /** Whether the table is the other way round than usual (names from A, numbers from the largest). */
  readonly isReversed: boolean
  readonly colour: ColourMode
  /** Whether the root is at the bottom. */
  readonly isFlipped: boolean
  readonly order: SiblingOrder
}

export const defaultView: ViewState = {
  range: parseProfileRange(''),
  states: { kind: 'cpu' },
  view: 'overview',
  inspected: '',
  steps: [],
  search: '',
  isPattern: false,
  zoom: [],
  callersZoom: [],
  shows: 'graph',
  sort: 'self',
  isReversed: false,
  colour: 'code',
  isFlipped: false,
  order: 'weight',
}

/** @returns query and fragment, with `?` and, if anything is in it, `#` */
export function formatView(view: ViewState): string {
  const query = new URLSearchParams({ v: '2', ...rangeQuery(view.range) })
  if (view.states.kind === 'latency') query.set('states', 'latency')
  if (view.states.kind === 'custom') query.set('states', view.states.states.join(',') || 'none')
  if (view.view !== 'overview') query.set('view', view.view)
  if (view.search !== '') query.set(view.isPattern ? 're' : 'q', view.search)
  if (view.shows === 'table') query.set('as', 'table')
  if (view.sort !== defaultView.sort || view.isReversed)
    query.set('sort', view.isReversed ? `-${view.sort}` : view.sort)
  if (view.colour !== defaultView.colour) query.set('colour', view.colour)
  if (view.isFlipped) query.set('root', 'bottom')
  if (view.order !== defaultView.order) query.set('order', view.order)
  const fragment = [
    ['zoom', formatPath(view.zoom)],
    ['up', formatPath(view.callersZoom)],
    ['inspect', encodeName(view.inspected)],
    ['t', view.steps.map(formatStep).join(';')],
  ]
    .filter(([, text]) => text !== '')
    .map(([key, text]) => `${key}=${text}`)
    .join('&')
  return `?${query}${fragment === '' ? '' : `#${fragment}`}`
}

export function parseView(search: string, fragment: string): ViewState {
  const query = new URLSearchParams(search)
  const parts = new Map(
    fragment
      .replace(/^#/, '')
      .split('&')
      .map((part) => {
        const equals = part.indexOf('=')
        return [part.slice(0, Math.max(0, equals)), part.slice(equals + 1)]
      }),
  )
  const isFirstVersion = (query.get('v') ?? '1') === '1'
  const pattern = query.get('re')
  const sort = query.get('sort') ?? ''
  const inspected = decodeNames(parts.get('inspect'))[0] ?? ''
  return {
    range: parseProfileRange(search),
    states: parseStates(query.get('states')),
    view: parseKind(query.get('view'), inspected),
    inspected,
    steps: parseSteps(parts.get('t')),
    search: pattern ?? query.get('q') ?? '',
    isPattern: pattern !== null,
    zoom: decodeNames(parts.get('zoom')),
    callersZoom: decodeNames(parts.get('up')),
    shows: query.get(isFirstVersion ? 'view' : 'as') === 'table' ? 'table' : 'graph',
    sort: parseSort(sort.replace(/^-/, '')),
    isReversed: sort.startsWith('-'),
    colour: parseColour(query.get('colour')),
    isFlipped: query.get('root') === 'bottom',
    order: query.get('order') === 'name' ? 'name' : 'weight',
  }
}

function parseStates(text: string | null): StateChoice {
  if (text === null || text === '' || text === 'cpu') return { kind: 'cpu' }
  if (text === 'latency') return { kind: 'latency' }
  return { kind: 'custom', states: text === 'none' ? [] : text.split(',').filter((state) => state !== '') }
}

/** Nothing can be inspected without saying what. */
function parseKind(text: string | null, inspected: string): ViewKind {
  if (text === 'inspect' && inspected !== '') return 'inspect'
  return text === 'hotspots' ? 'hotspots' : 'overview'
}

function parseSort(text: string): SortColumn {
  return sortColumns.find((column) => column === text) ?? 'self'
}

function parseColour(text: string | null): ColourMode {
  return text === 'package' || text === 'state' ? text : 'code'
}

function formatStep(step: Step): string {
  if (step.kind === 'direct-recursion') return step.kind
  if (step.kind === 'package') return `package:${encodeName(step.prefix)}`
  return `${step.kind}:${formatFrames(step.frames)}`
}

/** A pattern begins with ~, so a name that does has it escaped. */
function formatFrames(frames: Frames): string {
  if (frames.kind === 'pattern') return `~${encodeName(frames.pattern)}`
  return encodeName(frames.name).replace(/^~/, '%7E')
}

/** More cannot be made by hand; a link that has them is not followed to its end. */
const mostSteps = 64

function parseSteps(text: string | undefined): Step[] {
  if (text === undefined || text === '') return []
  return text
    .split(';', mostSteps)
    .map(parseStep)
    .filter((step) => step !== null)
}

function parseStep(text: string): Step | null {
  if (text === 'direct-recursion') return { kind: text }
  const colon = text.indexOf(':')
  const kind = text.slice(0, Math.max(0, colon))
  const rest = text.slice(colon + 1)
  const [decoded] = decodeNames(rest.replace(/^~/, ''))
  if (decoded === undefined) return null
  if (kind === 'package') return { kind, prefix: decoded }
  const known = frameSteps.find((step) => step === kind)
  if (known === undefined) return null
  const frames: Frames = rest.startsWith('~')
    ? { kind: 'pattern', pattern: decoded }
    : { kind: 'name', name: decoded }
  return { kind: known, frames }
}

function formatPath(names: readonly string[]): string {
  return names.map(encodeName).join(';')
}

function decodeNames(text: string | undefined): string[] {
  if (text === undefined) return []
  try {
    return text.split(';').map(decodeURIComponent)
  } catch {
    return []
  }
}

/** Readable where it can be: only what would end the fragment, a part of it or a name is escaped. */
function encodeName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(/%(3A|2F|24|2C|40|3D|3F|2B)/g, decodeURIComponent)
}

/**
 * The whole view of one group as a URL, version 1: what a person copies from the address bar is what another one sees.
 *
 *   ?v=1&range=1h | &from=2026-11-24T12:00:00.000Z&to=…   time
 *   &states=latency | RUNNABLE,IDLE                          thread states; left out for CPU
 *   &q=regex                                                search
 *   &view=table&sort=total                                  table instead of the flame graph
 *   #zoom=main;handle;parse                                 zoomed frame, as names from below the root
 *
 * The zoom stands in the fragment: it may be a thousand frames long, which no server accepts in a request line, and
 * names of functions do not belong into access logs. A frame is told by names, never by an index, so a link still
 * works when new data has come. Unknown or broken parts are left out, never an error.
 */
import type { StateChoice } from './thread-states.ts'
import { type LiveSpan, liveSpans, rangeProblem, type TimeRange } from './time-range.ts'

export type SortColumn = 'self' | 'total' | 'name'

export interface ViewState {
  readonly range: TimeRange
  readonly states: StateChoice
  readonly search: string
  readonly zoom: readonly string[]
  readonly shows: 'graph' | 'table'
  readonly sort: SortColumn
}

export const defaultView: ViewState = {
  range: { kind: 'last', span: '1h' },
  states: { kind: 'cpu' },
  search: '',
  zoom: [],
  shows: 'graph',
  sort: 'self',
}

/** @returns query and fragment, with `?` and, if there is a zoom, `#` */
export function formatView(view: ViewState): string {
  const query = new URLSearchParams({ v: '1' })
  if (view.range.kind === 'last') query.set('range', view.range.span)
  else {
    query.set('from', new Date(view.range.from).toISOString())
    query.set('to', new Date(view.range.to).toISOString())
  }
  if (view.states.kind === 'latency') query.set('states', 'latency')
  if (view.states.kind === 'custom') query.set('states', view.states.states.join(',') || 'none')
  if (view.search !== '') query.set('q', view.search)
  if (view.shows === 'table') query.set('view', 'table')
  if (view.sort !== defaultView.sort) query.set('sort', view.sort)
  const zoom = view.zoom.length === 0 ? '' : `#zoom=${view.zoom.map(encodeFrame).join(';')}`
  return `?${query}${zoom}`
}

export function parseView(search: string, fragment: string): ViewState {
  const query = new URLSearchParams(search)
  return {
    range: parseRange(query),
    states: parseStates(query.get('states')),
    search: query.get('q') ?? '',
    zoom: parseZoom(fragment),
    shows: query.get('view') === 'table' ? 'table' : 'graph',
    sort: parseSort(query.get('sort')),
  }
}

function parseRange(query: URLSearchParams): TimeRange {
  const from = Date.parse(query.get('from') ?? '')
  const to = Date.parse(query.get('to') ?? '')
  if (!Number.isNaN(from) && !Number.isNaN(to) && rangeProblem(from, to) === null) {
    return { kind: 'between', from, to }
  }
  const span = query.get('range') as LiveSpan
  return liveSpans.some((known) => known.span === span) ? { kind: 'last', span } : defaultView.range
}

function parseStates(text: string | null): StateChoice {
  if (text === null || text === '' || text === 'cpu') return { kind: 'cpu' }
  if (text === 'latency') return { kind: 'latency' }
  return { kind: 'custom', states: text === 'none' ? [] : text.split(',').filter((state) => state !== '') }
}

function parseSort(text: string | null): SortColumn {
  return text === 'total' || text === 'name' ? text : 'self'
}

function parseZoom(fragment: string): string[] {
  const text = fragment.replace(/^#/, '')
  if (!text.startsWith('zoom=')) return []
  try {
    return text.slice('zoom='.length).split(';').map(decodeURIComponent)
  } catch {
    return []
  }
}

/** Readable where it can be: only what would end the fragment or a frame is escaped. */
function encodeFrame(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(/%(3A|2F|24|2C|40|3D|3F|2B)/g, decodeURIComponent)
}

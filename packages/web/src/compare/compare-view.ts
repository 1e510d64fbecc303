/**
 * What is compared, in the URL, beside the range of the later side (docs of the range: range/page-range.ts):
 *
 *   &before=previous | day | week | same | 2026-11-24T12:00:00.000Z/2026-11-24T13:00:00.000Z
 *   &a=label:version=2.4.1 &b=label:version=2.5.0     which part of the fleet, before and after; left out for all
 *   &states=latency &by=total &show=tree
 */
import type { Filter } from '../api/group.ts'
import { type Bounds, rangeProblem } from '../range/page-range.ts'

/** The time before: just before, a day or a week earlier, the same (to compare parts of a fleet), or any. */
export type Earlier =
  | { readonly kind: 'previous' | 'day' | 'week' | 'same' }
  | { readonly kind: 'between'; readonly from: number; readonly to: number }

/** A part of the fleet. */
export interface Part {
  readonly kind: 'all' | 'label' | 'instance' | 'type' | 'agent'
  /** Of a label `key=value`; of an agent `type version`; '' for all. */
  readonly value: string
}

export interface CompareView {
  readonly earlier: Earlier
  readonly before: Part
  readonly after: Part
  readonly isLatency: boolean
  readonly by: 'self' | 'total'
  readonly shows: 'table' | 'tree'
}

const everybody: Part = { kind: 'all', value: '' }
const day = 86_400_000

export function parseCompare(search: string): CompareView {
  const query = new URLSearchParams(search)
  return {
    earlier: parseEarlier(query.get('before') ?? ''),
    before: parsePart(query.get('a')),
    after: parsePart(query.get('b')),
    isLatency: query.get('states') === 'latency',
    by: query.get('by') === 'total' ? 'total' : 'self',
    shows: query.get('show') === 'tree' ? 'tree' : 'table',
  }
}

/** @returns the query with another view; the range stays */
export function withCompare(search: string, view: CompareView): string {
  const query = new URLSearchParams(search)
  for (const name of ['before', 'a', 'b', 'states', 'by', 'show']) query.delete(name)
  const { earlier, before, after } = view
  if (earlier.kind === 'between')
    query.set('before', `${new Date(earlier.from).toISOString()}/${new Date(earlier.to).toISOString()}`)
  else if (earlier.kind !== 'previous') query.set('before', earlier.kind)
  if (before.kind !== 'all') query.set('a', formatPart(before))
  if (after.kind !== 'all') query.set('b', formatPart(after))
  if (view.isLatency) query.set('states', 'latency')
  if (view.by === 'total') query.set('by', 'total')
  if (view.shows === 'tree') query.set('show', 'tree')
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

function parseEarlier(text: string): Earlier {
  if (text === 'day' || text === 'week' || text === 'same') return { kind: text }
  const [from, to] = text.split('/').map((part) => Date.parse(part))
  if (from !== undefined && to !== undefined && rangeProblem(from, to) === null)
    return { kind: 'between', from, to }
  return { kind: 'previous' }
}

/** As in the URL, and as the value of a choice: `label:version=2.4.1`. */
export function formatPart({ kind, value }: Part): string {
  return kind === 'all' ? '' : `${kind}:${value}`
}

export function parsePart(text: string | null): Part {
  const [, kind, value] = /^(label|instance|type|agent):(.+)$/s.exec(text ?? '') ?? []
  return kind === undefined ? everybody : { kind: kind as Part['kind'], value: value! }
}

/** As questions have it. */
export function filterOf({ kind, value }: Part): Filter {
  switch (kind) {
    case 'all':
      return {}
    case 'label': {
      const cut = value.indexOf('=')
      return cut < 0 ? {} : { labels: { [value.slice(0, cut)]: value.slice(cut + 1) } }
    }
    case 'instance':
      return { instances: [value] }
    case 'type':
      return { hostTypes: [value] }
    case 'agent':
      return { agents: [value] }
  }
}

/** The time of the earlier side. */
export function earlierBounds(earlier: Earlier, { from, to }: Bounds): Bounds {
  switch (earlier.kind) {
    case 'previous':
      return { from: from - (to - from), to: from }
    case 'day':
      return { from: from - day, to: to - day }
    case 'week':
      return { from: from - 7 * day, to: to - 7 * day }
    case 'same':
      return { from, to }
    case 'between':
      return { from: earlier.from, to: earlier.to }
  }
}

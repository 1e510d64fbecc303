/** What the pages of a group ask, beside its flame graph (docs/extensions.md). Instants are epoch milliseconds. */
import { request } from './request.ts'

interface Range {
  readonly from: number
  readonly to: number
}

/** Which profiles; what is left out narrows nothing down. */
export interface Filter {
  readonly instances?: readonly string[]
  readonly hostTypes?: readonly string[]
  readonly agents?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly counters?: readonly string[]
}

/** A group at a glance. */
export interface Summary {
  /** ISO 8601, as are `endTimes`: of the steps with profiles. */
  readonly startTime: string
  readonly endTime: string
  readonly resolution: string
  readonly endTimes: readonly string[]
  /** All samples, one number for each step; `states` likewise, of the thread states that were reported. */
  readonly samples: readonly number[]
  readonly states: Readonly<Record<string, readonly number[]>>
  readonly fleet: { readonly instances: number; readonly profiles: number }
  readonly overhead: { readonly timeShare: number; readonly memoryInMB: number } | null
  readonly cpu: { readonly runningThreads: number | null; readonly utilisation: number | null } | null
}

/** @param resolution such as PT1H; null for as fine as is kept and fits a chart */
export function fetchSummary(
  name: string,
  range: Range,
  resolution: string | null,
  signal: AbortSignal,
): Promise<Summary> {
  return ask(name, 'summary', { ...times(range), ...(resolution !== null && { resolution }) }, signal)
}

/** What a fleet costs at the rate of the time that was asked for. */
export interface Cost {
  /** ISO 4217. */
  readonly currency: string
  /** Name of the price table. */
  readonly prices: string
  readonly perHour: number
  readonly perMonth: number
  readonly perYear: number
  /** Instances at one time, on average: with a price, and without. */
  readonly priced: number
  readonly unpriced: number
  /** Instances beyond those that were looked at. */
  readonly others: number
  readonly types: readonly {
    readonly hostType: string
    readonly instances: number
    readonly hourPrice: number | null
    readonly by: 'type' | 'size' | 'other' | 'nothing'
    readonly perYear: number
  }[]
}

export function fetchCost(
  name: string,
  range: Range,
  signal: AbortSignal,
  filter: Filter = {},
): Promise<Cost> {
  return ask(name, 'cost', { ...times(range), filter }, signal)
}

export interface Found {
  /** All samples. */
  readonly samples: number
  /** How many frames match. */
  readonly frames: number
  readonly hits: readonly { readonly name: string; readonly self: number; readonly total: number }[]
}

/** @param text part of a name; empty for all frames */
export function searchFrames(
  name: string,
  range: Range,
  question: {
    readonly text: string
    readonly orderBy: 'self' | 'total'
    readonly maxResults: number
    readonly filter?: Filter
  },
  signal: AbortSignal,
): Promise<Found> {
  return ask(name, 'search', { ...times(range), ...question }, signal)
}

/** How often frames were sampled, step by step. */
export interface Series {
  /** ISO 8601, as are `endTimes`: of the steps with profiles. */
  readonly startTime: string
  readonly endTime: string
  readonly resolution: string
  readonly endTimes: readonly string[]
  /** All samples. */
  readonly totals: readonly number[]
  /** In the order in which they were asked for. */
  readonly frames: readonly { readonly frameName: string; readonly samples: readonly number[] }[]
}

export function fetchSeries(
  name: string,
  range: Range,
  question: { readonly frames: readonly string[]; readonly filter: Filter },
  signal: AbortSignal,
): Promise<Series> {
  return ask(name, 'series', { ...times(range), ...question }, signal)
}

/** Content type of pruned trees as bytes (docs/formats.md): a fifth of the size of JSON. */
const treeType = 'application/vnd.wick.tree'

export interface Selection {
  readonly range: Range
  readonly filter: Filter
}

/** Call paths of two selections beside each other, as a pruned tree in bytes. */
export async function fetchDiff(
  name: string,
  before: Selection,
  after: Selection,
  maxNodes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const side = ({ range, filter }: Selection) => ({ ...times(range), filter })
  const json = { before: side(before), after: side(after), maxNodes }
  const path = `/v1/profilingGroups/${encodeURIComponent(name)}/diff`
  const response = await request(path, { method: 'POST', json, accept: treeType, signal })
  return new Uint8Array(await response.arrayBuffer())
}

export interface FleetInstance {
  /** '' for profiles that name none. */
  readonly instance: string
  readonly hostTypes: readonly string[]
  readonly agents: readonly { readonly type: string; readonly versions: readonly string[] }[]
  readonly runtimes: readonly string[]
  readonly labels: Readonly<Record<string, readonly string[]>>
  readonly firstSeen: number
  readonly lastSeen: number
  readonly profiles: number
  readonly overhead: { readonly timeShare: number | null; readonly memoryInMB: number }
}

export interface Fleet {
  /** Those heard of last first. */
  readonly instances: readonly FleetInstance[]
  readonly others: { readonly instances: number } | null
  readonly unattributed: { readonly profiles: number } | null
}

export function fetchFleet(
  name: string,
  range: Range,
  signal: AbortSignal,
  maxInstances = 1000,
): Promise<Fleet> {
  return ask(name, 'fleet', { ...times(range), maxInstances }, signal)
}

export interface HeapType {
  readonly name: string
  /** One for each step: means over its reports. */
  readonly bytes: readonly number[]
  readonly count: readonly number[]
}

export interface Heap {
  /** Those with heap summaries, oldest first. */
  readonly steps: readonly {
    readonly start: number
    readonly end: number
    readonly reports: number
    readonly capacityBytes: number
    readonly usedBytes: number
    readonly maxUsedBytes: number
  }[]
  readonly types: readonly HeapType[]
  readonly others: { readonly bytes: readonly number[]; readonly count: readonly number[] }
}

export function fetchHeap(
  name: string,
  range: Range,
  step: 'PT5M' | 'PT1H' | 'P1D',
  maxTypes: number,
  signal: AbortSignal,
): Promise<Heap> {
  return ask(name, 'heap', { ...times(range), step, maxTypes }, signal)
}

async function ask<T>(name: string, route: string, json: object, signal: AbortSignal): Promise<T> {
  const path = `/v1/profilingGroups/${encodeURIComponent(name)}/${route}`
  return (await request(path, { method: 'POST', json, signal })).json()
}

function times({ from, to }: Range): { readonly startTime: string; readonly endTime: string } {
  return { startTime: iso(from), endTime: iso(to) }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

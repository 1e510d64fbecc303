/** What the pages of a group ask, beside its flame graph. Instants are epoch milliseconds. */
import type { GetRecommendationsOutput, ListFindingsReportsOutput } from '@wick/wire'
import { request } from './request.ts'

interface Range {
  readonly from: number
  readonly to: number
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

export function fetchRecommendations(
  name: string,
  { from, to }: Range,
  signal: AbortSignal,
): Promise<GetRecommendationsOutput> {
  const query = new URLSearchParams({ startTime: iso(from), endTime: iso(to) })
  return get(`/internal/profilingGroups/${encodeURIComponent(name)}/recommendations?${query}`, signal)
}

export function listFindingsReports(
  name: string,
  { from, to }: Range,
  signal: AbortSignal,
): Promise<ListFindingsReportsOutput> {
  const query = new URLSearchParams({ startTime: iso(from), endTime: iso(to) })
  return get(`/internal/profilingGroups/${encodeURIComponent(name)}/findingsReports?${query}`, signal)
}

async function ask<T>(name: string, route: string, json: object, signal: AbortSignal): Promise<T> {
  const path = `/v1/profilingGroups/${encodeURIComponent(name)}/${route}`
  return (await request(path, { method: 'POST', json, signal })).json()
}

async function get<T>(path: string, signal: AbortSignal): Promise<T> {
  return (await request(path, { signal })).json()
}

function times({ from, to }: Range): { readonly startTime: string; readonly endTime: string } {
  return { startTime: iso(from), endTime: iso(to) }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

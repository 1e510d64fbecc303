/** What Wick found by itself in a group's profiles (docs/extensions.md). */
import type {
  AnomaliesAnswer,
  FindingsReportsAnswer,
  RecommendationStatesAnswer,
  RecommendationsAnswer,
} from '@wick/wire'
import { request } from './request.ts'

interface Range {
  readonly from: number
  readonly to: number
}

export async function fetchRecommendations(
  name: string,
  { from, to }: Range,
  signal: AbortSignal,
): Promise<RecommendationsAnswer> {
  const json = { startTime: iso(from), endTime: iso(to) }
  return (await request(`${pathOf(name)}/recommendations`, { method: 'POST', json, signal })).json()
}

/** Since when the hourly reports say what, and what nobody is told of. */
export async function fetchRecommendationStates(
  name: string,
  signal: AbortSignal,
): Promise<RecommendationStatesAnswer['states']> {
  const response = await request(`${pathOf(name)}/recommendations/state`, { signal })
  const { states }: RecommendationStatesAnswer = await response.json()
  return states
}

export async function muteRecommendation(name: string, patternId: string, isMuted: boolean): Promise<void> {
  const path = `${pathOf(name)}/recommendations/${encodeURIComponent(patternId)}/muted`
  await request(path, { method: isMuted ? 'PUT' : 'DELETE' })
}

export async function fetchReports(
  name: string,
  { from, to }: Range,
  signal: AbortSignal,
): Promise<FindingsReportsAnswer> {
  const query = new URLSearchParams({ startTime: iso(from), endTime: iso(to), maxResults: '50' })
  return (await request(`${pathOf(name)}/findingsReports?${query}`, { signal })).json()
}

export async function fetchAnomalies(
  name: string,
  { from, to }: Range,
  signal: AbortSignal,
): Promise<AnomaliesAnswer> {
  const query = new URLSearchParams({ startTime: iso(from), endTime: iso(to) })
  return (await request(`${pathOf(name)}/anomalies?${query}`, { signal })).json()
}

export async function sendFeedback(name: string, id: string, type: 'Positive' | 'Negative'): Promise<void> {
  const path = `/internal/profilingGroups/${encodeURIComponent(name)}/anomalies/${id}/feedback`
  await request(path, { method: 'POST', json: { type } })
}

function pathOf(name: string): string {
  return `/v1/profilingGroups/${encodeURIComponent(name)}`
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

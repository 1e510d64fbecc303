/** The operations that the console uses. */
import type { ListProfileTimesOutput, ListProfilingGroupsOutput, ProfilingGroupDescription } from '@wick/wire'
import { request } from './request.ts'
import type { SignInStep } from './sign-in.ts'

export interface SessionAnswer {
  readonly user: { readonly name: string; readonly arn: string }
  readonly csrfToken: string
  readonly expiresAt: string
  readonly region: string
  readonly accountId: string
}

export async function fetchSession(): Promise<SessionAnswer> {
  return (await request('/v1/console/session')).json()
}

export async function exchangeTicket(ticket: string): Promise<SessionAnswer | SignInStep> {
  return (await request('/v1/console/session', { method: 'POST', json: { ticket } })).json()
}

export async function deleteSession(): Promise<void> {
  await request('/v1/console/session', { method: 'DELETE' })
}

/** Every group, page by page. */
export async function listGroups(signal?: AbortSignal): Promise<ProfilingGroupDescription[]> {
  const groups: ProfilingGroupDescription[] = []
  for (let token: string | undefined = ''; token !== undefined; ) {
    const query = new URLSearchParams({ includeDescription: 'true', maxResults: '500' })
    if (token !== '') query.set('nextToken', token)
    const response = await request(`/profilingGroups?${query}`, signal && { signal })
    const page: ListProfilingGroupsOutput = await response.json()
    groups.push(...(page.profilingGroups ?? []))
    token = page.nextToken
  }
  return groups
}

export async function describeGroup(name: string, signal?: AbortSignal): Promise<ProfilingGroupDescription> {
  return (await request(groupPath(name), signal && { signal })).json()
}

/**
 * The heaviest call paths of a range, as docs/formats.md has a pruned tree. @param focus where all of them are to be; from
 * below the root @throws ApiFailure ResourceNotFoundException where there is no data
 */
export async function fetchTree(
  name: string,
  range: { from: number; to: number },
  focus: readonly string[] = [],
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const times = Object.fromEntries(timeQuery(range))
  const response = await request(`/v1${groupPath(name)}/tree`, {
    method: 'POST',
    accept: 'application/vnd.wick.tree',
    json: { ...times, ...(focus.length > 0 && { focus }) },
    ...(signal && { signal }),
  })
  return new Uint8Array(await response.arrayBuffer())
}

/** Starts (epoch milliseconds) of the windows, hours or days of a range that hold data. */
export async function listWindows(
  name: string,
  range: { from: number; to: number },
  period: 'PT5M' | 'PT1H' | 'P1D',
  signal?: AbortSignal,
): Promise<number[]> {
  const starts: number[] = []
  for (let token: string | undefined = ''; token !== undefined; ) {
    const query = timeQuery(range)
    query.set('period', period)
    query.set('orderBy', 'TimestampAscending')
    query.set('maxResults', '1000')
    if (token !== '') query.set('nextToken', token)
    const response = await request(`${groupPath(name)}/profileTimes?${query}`, signal && { signal })
    const page: ListProfileTimesOutput = await response.json()
    starts.push(...page.profileTimes.map((time) => Date.parse(time.start)))
    token = page.nextToken
  }
  return starts
}

function groupPath(name: string): string {
  return `/profilingGroups/${encodeURIComponent(name)}`
}

function timeQuery({ from, to }: { from: number; to: number }): URLSearchParams {
  return new URLSearchParams({
    startTime: new Date(from).toISOString(),
    endTime: new Date(to).toISOString(),
  })
}

/** What is set for a group, and changed: the API's own operations, and retention, which is ours. */
import type {
  GetPolicyOutput,
  ListTagsForResourceOutput,
  NotificationConfigurationOutput,
  PolicyOutput,
} from '@wick/wire'
import { request } from './request.ts'

/** Who may send profiles to the group beside whom policies of identities allow it. */
export interface GroupPolicy {
  /** ARNs; of who is gone the unique id. */
  readonly principals: readonly string[]
  /** Null where there is no policy. */
  readonly revisionId: string | null
}

const agentPermissions = 'policy/agentPermissions'

export async function fetchPolicy(name: string, signal: AbortSignal): Promise<GroupPolicy> {
  return readPolicy(await json<GetPolicyOutput>('GET', `${pathOf(name)}/policy`, { signal }))
}

/** @throws ApiFailure ConflictException where somebody else changed it meanwhile */
export async function putPermission(
  name: string,
  principals: readonly string[],
  revisionId: string | null,
): Promise<GroupPolicy> {
  const body = { principals, ...(revisionId !== null && { revisionId }) }
  return readPolicy(await json<PolicyOutput>('PUT', `${pathOf(name)}/${agentPermissions}`, { body }))
}

/** Takes the permission from all. @throws ApiFailure ConflictException */
export async function removePermission(name: string, revisionId: string): Promise<void> {
  await request(`${pathOf(name)}/${agentPermissions}?${new URLSearchParams({ revisionId })}`, {
    method: 'DELETE',
  })
}

function readPolicy(output: GetPolicyOutput): GroupPolicy {
  if (!('policy' in output)) return { principals: [], revisionId: null }
  const { Statement } = JSON.parse(output.policy) as {
    Statement?: { Principal?: { AWS?: string | readonly string[] } }[]
  }
  const principals = (Statement ?? []).flatMap(({ Principal }) => Principal?.AWS ?? [])
  return { principals: [...new Set(principals)], revisionId: output.revisionId }
}

export type Tags = Readonly<Record<string, string>>

export async function fetchTags(arn: string, signal: AbortSignal): Promise<Tags> {
  return (await json<ListTagsForResourceOutput>('GET', tagsPath(arn), { signal })).tags
}

export async function putTag(arn: string, key: string, value: string): Promise<void> {
  await request(tagsPath(arn), { method: 'POST', json: { tags: { [key]: value } } })
}

export async function removeTag(arn: string, key: string): Promise<void> {
  await request(`${tagsPath(arn)}?${new URLSearchParams({ tagKeys: key })}`, { method: 'DELETE' })
}

export interface Retention {
  readonly fiveMinuteDays: number
  readonly hourlyDays: number
  readonly dailyDays: number
  /** Whether the server's settings hold. */
  readonly isDefault: boolean
}

export type RetentionRule = Omit<Retention, 'isDefault'>

export function fetchRetention(name: string, signal: AbortSignal): Promise<Retention> {
  return json('GET', retentionPath(name), { signal })
}

export function putRetention(name: string, rule: RetentionRule): Promise<Retention> {
  return json('PUT', retentionPath(name), { body: rule })
}

export function deleteRetention(name: string): Promise<Retention> {
  return json('DELETE', retentionPath(name), {})
}

export interface Channel {
  readonly id: string
  readonly uri: string
}

export async function fetchChannels(name: string, signal: AbortSignal): Promise<readonly Channel[]> {
  const output = await json<NotificationConfigurationOutput>('GET', channelsPath(name), { signal })
  return output.notificationConfiguration.channels
}

export async function addChannel(name: string, uri: string): Promise<void> {
  await request(channelsPath(name), {
    method: 'POST',
    json: { channels: [{ uri, eventPublishers: ['AnomalyDetection'] }] },
  })
}

export async function removeChannel(name: string, id: string): Promise<void> {
  await request(`${channelsPath(name)}/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

export async function setProfiling(name: string, profilingEnabled: boolean): Promise<void> {
  await request(pathOf(name), {
    method: 'PUT',
    json: { agentOrchestrationConfig: { profilingEnabled } },
  })
}

export async function deleteGroup(name: string): Promise<void> {
  await request(pathOf(name), { method: 'DELETE' })
}

interface Options {
  readonly body?: unknown
  readonly signal?: AbortSignal
}

async function json<T>(
  method: 'GET' | 'PUT' | 'DELETE',
  path: string,
  { body, signal }: Options,
): Promise<T> {
  const options = { method, ...(body !== undefined && { json: body }), ...(signal && { signal }) }
  return (await request(path, options)).json()
}

function pathOf(name: string): string {
  return `/profilingGroups/${encodeURIComponent(name)}`
}

function channelsPath(name: string): string {
  return `${pathOf(name)}/notificationConfiguration`
}

function retentionPath(name: string): string {
  return `/v1/profilingGroups/${encodeURIComponent(name)}/retention`
}

function tagsPath(arn: string): string {
  return `/tags/${encodeURIComponent(arn)}`
}

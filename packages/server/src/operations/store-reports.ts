import { parseStatsPage, parseVerify, type RequestParts } from '@wick/wire'
import type { VerifyPlace } from '../storage/ports.ts'
import type { OperationContext } from './context.ts'
import type { Reply } from './reply.ts'

/** What the store keeps, in numbers, group by group. */
export async function storeStats(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { nextToken } = parseStatsPage(parts)
  const { segments, tokens, groups, next } = await context.store.stats({ after: nextToken })
  const names = await groupNames(context)
  const named = groups.map(({ groupId, ...usage }) => ({ ...names.get(groupId), groupId, ...usage }))
  return {
    kind: 'json',
    value: { segments, tokens, groups: named, ...(next !== null && { nextToken: next }) },
  }
}

/** Looks at the next files of the store. */
export function verifyStore(context: OperationContext, parts: RequestParts): Promise<Reply> {
  return verify(context, parts, false)
}

/** The same, and what is damaged is kept aside and forgotten. */
export function quarantineStore(context: OperationContext, parts: RequestParts): Promise<Reply> {
  return verify(context, parts, true)
}

async function verify(context: OperationContext, parts: RequestParts, quarantines: boolean): Promise<Reply> {
  const { nextToken } = parseVerify(parts)
  const after = nextToken === null ? null : placeOf(nextToken)
  const { files, findings, next } = await context.store.verify({ after, quarantines })
  const names = findings.length === 0 ? new Map() : await groupNames(context)
  const named = findings.map((finding) => ({ ...names.get(finding.groupId), ...finding }))
  return {
    kind: 'json',
    value: { files, findings: named, ...(next !== null && { nextToken: `${next.phase} ${next.name}` }) },
  }
}

/** The caller brings back what it got; anything else is a place too, with nothing behind it. */
function placeOf(token: string): VerifyPlace {
  const [phase, ...name] = token.split(' ')
  const known = (['catalog', 'segments', 'tokens'] as const).find((one) => one === phase)
  return { phase: known ?? 'groups', name: name.join(' ') }
}

type GroupName = { readonly profilingGroupName: string; readonly region: string }

async function groupNames({ catalog }: OperationContext): Promise<Map<string | null, GroupName>> {
  const groups = await catalog.allGroups()
  return new Map(groups.map(({ id, name, region }) => [id, { profilingGroupName: name, region }]))
}

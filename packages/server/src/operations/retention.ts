import { formatTimestamp, invalid, parseGroupInput, parsePutRetention, type RequestParts } from '@wick/wire'
import { standardRetention } from '../config/retention.ts'
import type { Retention } from '../storage/catalog.ts'
import type { OperationContext } from './context.ts'
import { noSuchGroup, requireGroup } from './groups.ts'
import type { Reply } from './reply.ts'

const day = 86_400

/** How long a group's profiles are kept, by a rule of its own or the server's, and what there still is. */
export async function getRetention(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { id } = await requireGroup(context, parseGroupInput(parts))
  return shown(context, id)
}

/** Gives the group a rule of its own. What is too old by it goes within ten minutes. */
export async function putRetention(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { profilingGroupName, rule } = parsePutRetention(parts)
  const { maxProfileAgeSeconds } = context.config
  if (rule.dailyDays * day < maxProfileAgeSeconds)
    throw invalid(
      `dailyDays must be at least ${Math.ceil(maxProfileAgeSeconds / day)}: profiles that old are accepted.`,
    )
  return change(context, profilingGroupName, rule)
}

/** The group is kept as the server's settings say again. */
export function deleteRetention(context: OperationContext, parts: RequestParts): Promise<Reply> {
  return change(context, parseGroupInput(parts).profilingGroupName, null)
}

async function change(
  context: OperationContext,
  profilingGroupName: string,
  rule: Retention | null,
): Promise<Reply> {
  const { id } = await requireGroup(context, { profilingGroupName })
  if (!(await context.catalog.setRetention(id, rule))) throw noSuchGroup(profilingGroupName)
  return shown(context, id)
}

async function shown({ catalog, store, config }: OperationContext, groupId: string): Promise<Reply> {
  const own = await catalog.retentionOf(groupId)
  const { windows, hours, days } = await store.keptSince(groupId)
  // Null where none has gone for its age yet.
  const since = (instant: number): string | null => (instant === 0 ? null : formatTimestamp(instant))
  const value = {
    ...(own ?? standardRetention(config)),
    isDefault: own === null,
    keptSince: { fiveMinute: since(windows), hourly: since(hours), daily: since(days) },
  }
  return { kind: 'json', value }
}

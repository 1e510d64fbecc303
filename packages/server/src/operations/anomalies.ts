import { type AnomaliesAnswer, parseAnomalies, type RequestParts } from '@wick/wire'
import { anomalyAnswer } from '../anomalies/anomaly-answer.ts'
import { keptAnomalies } from '../anomalies/kept-anomalies.ts'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'
import type { Reply } from './reply.ts'

const hourMs = 3_600_000
const historyMs = 28 * 24 * hourMs
/** Three days of surprises, each against the like hours of days of which a day before is known. */
const neededHours = 10 * 24

/** The changes of what functions cost of which a part lies in a time, and whether enough is known to find any. */
export async function listAnomalies(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { start, end, ...input } = parseAnomalies(parts)
  const group = await requireGroup(context, input)
  const now = context.now()
  const kept = await keptAnomalies(context, group, { from: start, to: end })
  const windows = await context.store.windows({ groupId: group.id, from: now - historyMs, to: now })
  const hours = new Set(Array.from(windows, (window) => Math.floor(window / hourMs))).size
  const value: AnomaliesAnswer = {
    anomalies: kept.map(anomalyAnswer),
    history: { hours, needed: neededHours },
  }
  return { kind: 'json', value }
}

import { parseGroupInput, type RequestParts } from '@wick/wire'
import { jsonValues, monitoringService } from '@wick/wire/query'
import type { Alarm } from '../alarms/alarm.ts'
import type { AlarmState } from '../alarms/judge-alarm.ts'
import type { OperationContext } from './context.ts'
import { alarmsAfter, described } from './monitoring-alarms.ts'
import type { Reply } from './reply.ts'

const most = 100
const urgency: Readonly<Record<AlarmState, number>> = { ALARM: 0, INSUFFICIENT_DATA: 1, OK: 2 }

/**
 * The alarms on metrics of a group, each as DescribeAlarms tells it, those that went off first. Whether there is such a group
 * is no matter: an alarm may be there before it, and who reads alarms need not know which groups there are.
 */
export async function listGroupAlarms(context: OperationContext, parts: RequestParts): Promise<Reply> {
  const { profilingGroupName } = parseGroupInput(parts)
  const found: Alarm[] = []
  for await (const alarm of alarmsAfter(context, '', ''))
    if (alarm.definition.dimensions.ProfilingGroupName === profilingGroupName) found.push(alarm)
  found.sort((a, b) => urgency[a.status.state] - urgency[b.status.state])
  const { DescribeAlarms } = monitoringService.operations
  const { MetricAlarms: alarms } = jsonValues(DescribeAlarms, described(found.slice(0, most)))
  return { kind: 'json', value: { alarms, hasMore: found.length > most } }
}

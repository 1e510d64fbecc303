import type { Method, RequestParts } from '@wick/wire'
import { alarmArn } from '../alarms/alarm.ts'
import type { Scope } from '../storage/catalog.ts'
import { againIfCoarser } from './again-if-coarser.ts'
import { listAnomalies } from './anomalies.ts'
import { archiveProfiles, importArchive } from './archive-profiles.ts'
import type { OperationContext } from './context.ts'
import { deleteProfiles } from './delete-profiles.ts'
import { listDeliveries, resendDeliveries, testNotifications } from './deliveries.ts'
import { exportProfile } from './export-profile.ts'
import { getCost } from './get-cost.ts'
import { getFleet } from './get-fleet.ts'
import { getHeap } from './get-heap.ts'
import { getSeries } from './get-series.ts'
import { getSummary } from './get-summary.ts'
import { getDiff, getTree } from './get-tree.ts'
import { importProfile } from './import-profile.ts'
import { listGroupAlarms } from './list-group-alarms.ts'
import { deleteGroupPattern, listGroupPatterns, putGroupPattern, tryGroupPattern } from './patterns.ts'
import { addReceiver, listReceivers, removeReceiver } from './receivers.ts'
import {
  findRecommendations,
  getRecommendationStates,
  getReport,
  listReports,
  muteRecommendation,
  unmuteRecommendation,
} from './recommendations.ts'
import type { Reply } from './reply.ts'
import { deleteRetention, getRetention, putRetention } from './retention.ts'
import { searchFrames } from './search-frames.ts'

/** Our own operations on a group, beside the API's: under /v1/, authorised by the same actions. */
export interface GroupExtension {
  readonly name: string
  readonly method: Method
  readonly path: string
  /** What the caller must be allowed to do with the group, or with what `resource` names. */
  readonly action: string
  /** ARN of what is asked about where that is not the group. */
  readonly resource?: (scope: Scope) => string
  /** Whether the body can be large. */
  readonly takesProfile?: boolean
  readonly handle: (context: OperationContext, parts: RequestParts) => Promise<Reply>
}

const group = '/v1/profilingGroups/{profilingGroupName}'
const read = 'codeguru-profiler:GetProfile'
const recommend = 'codeguru-profiler:GetRecommendations'
const describe = 'codeguru-profiler:DescribeProfilingGroup'
const readChannels = 'codeguru-profiler:GetNotificationConfiguration'
const readMetrics = 'codeguru-profiler:BatchGetFrameMetricData'

function row(
  name: string,
  method: Method,
  path: string,
  action: string,
  handle: GroupExtension['handle'],
): GroupExtension {
  return { name, method, path: `${group}/${path}`, action, handle }
}

export const groupExtensions: readonly GroupExtension[] = [
  row('GetTree', 'POST', 'tree', read, getTree),
  row('GetDiff', 'POST', 'diff', read, getDiff),
  row('GetSeries', 'POST', 'series', readMetrics, againIfCoarser(getSeries)),
  row('SearchFrames', 'POST', 'search', read, searchFrames),
  row('GetFleet', 'POST', 'fleet', describe, getFleet),
  row('GetSummary', 'POST', 'summary', read, againIfCoarser(getSummary)),
  row('GetCost', 'POST', 'cost', describe, getCost),
  row('GetHeap', 'POST', 'heap', read, getHeap),
  row('FindRecommendations', 'POST', 'recommendations', recommend, findRecommendations),
  row('GetRecommendationStates', 'GET', 'recommendations/state', recommend, getRecommendationStates),
  row(
    'MuteRecommendation',
    'PUT',
    'recommendations/{patternId}/muted',
    'wick:MuteRecommendation',
    muteRecommendation,
  ),
  row(
    'UnmuteRecommendation',
    'DELETE',
    'recommendations/{patternId}/muted',
    'wick:UnmuteRecommendation',
    unmuteRecommendation,
  ),
  row('ListReceivers', 'GET', 'receivers', readChannels, listReceivers),
  row('AddReceiver', 'POST', 'receivers', 'wick:AddReceiver', addReceiver),
  row('RemoveReceiver', 'DELETE', 'receivers/{receiverId}', 'wick:RemoveReceiver', removeReceiver),
  row('ListDeliveries', 'GET', 'deliveries', readChannels, listDeliveries),
  row('ResendDeliveries', 'POST', 'deliveries/resend', 'wick:ResendDeliveries', resendDeliveries),
  row('TestNotifications', 'POST', 'deliveries/test', 'wick:TestNotifications', testNotifications),
  row('ListAnomalies', 'GET', 'anomalies', recommend, listAnomalies),
  row('ListReports', 'GET', 'findingsReports', 'codeguru-profiler:ListFindingsReports', listReports),
  row('GetReport', 'GET', 'findingsReports/{findingsReportId}', recommend, getReport),
  row('ListGroupPatterns', 'GET', 'patterns', recommend, listGroupPatterns),
  row('TryGroupPattern', 'POST', 'patterns/try', recommend, tryGroupPattern),
  row('PutGroupPattern', 'PUT', 'patterns/{patternId}', 'wick:PutGroupPattern', putGroupPattern),
  row('DeleteGroupPattern', 'DELETE', 'patterns/{patternId}', 'wick:DeleteGroupPattern', deleteGroupPattern),
  {
    ...row('ListGroupAlarms', 'GET', 'alarms', 'cloudwatch:DescribeAlarms', listGroupAlarms),
    // Just what DescribeAlarms asks for: whoever may read alarms by that call sees them here, and nobody else.
    resource: (scope) => alarmArn({ ...scope, name: '*' }),
  },
  row('GetRetention', 'GET', 'retention', 'wick:GetRetention', getRetention),
  row('PutRetention', 'PUT', 'retention', 'wick:PutRetention', putRetention),
  row('DeleteRetention', 'DELETE', 'retention', 'wick:DeleteRetention', deleteRetention),
  row('DeleteProfiles', 'DELETE', 'profiles', 'wick:DeleteProfiles', deleteProfiles),
  row('ExportProfile', 'POST', 'export', read, exportProfile),
  // Not an agent's right: an import may be of any age.
  { ...row('ImportProfile', 'POST', 'import', 'wick:ImportProfile', importProfile), takesProfile: true },
  row('ArchiveProfiles', 'GET', 'archive', read, archiveProfiles),
  { ...row('ImportArchive', 'POST', 'archive', 'wick:ImportProfile', importArchive), takesProfile: true },
]

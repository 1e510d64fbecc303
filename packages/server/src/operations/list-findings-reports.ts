import {
  decodePageToken,
  encodePageToken,
  type FindingsReportSummary,
  formatTimestamp,
  type GetFindingsReportAccountSummaryInput,
  type GetFindingsReportAccountSummaryOutput,
  type ListFindingsReportsInput,
  type ListFindingsReportsOutput,
  stepLengths,
} from '@wick/wire'
import type { ReportPeriod, ReportSummaryRow } from '../storage/findings-store.ts'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'

/** Reports on hours, or on days, of which a part lies in the time; newest first. */
export async function listFindingsReports(
  context: OperationContext,
  { profilingGroupName, start, end, dailyReportsOnly, maxResults, nextToken }: ListFindingsReportsInput,
): Promise<ListFindingsReportsOutput> {
  const { id } = await requireGroup(context, { profilingGroupName })
  const period = periodOf(dailyReportsOnly)
  const call = ['ListFindingsReports', id, period, String(start), String(end)]
  const last = nextToken === null ? null : decodePageToken(nextToken, call)
  const found = await context.catalog.listReports({
    ...{ groupId: id, periods: [period], from: start, to: end },
    after: last === null ? null : { start: last, period },
    limit: maxResults + 1,
  })
  const page = found.slice(0, maxResults)
  const anomalies = await anomaliesIn(context, id, page)
  return {
    findingsReportSummaries: page.map((report) => summary(profilingGroupName, report, anomalies)),
    ...(found.length > maxResults && { nextToken: encodePageToken(page.at(-1)!.start, call) }),
  }
}

/** The latest report of each of the account's groups that has one. */
export async function getFindingsReportAccountSummary(
  context: OperationContext,
  { dailyReportsOnly, maxResults, nextToken }: GetFindingsReportAccountSummaryInput,
): Promise<GetFindingsReportAccountSummaryOutput> {
  const { catalog, scope } = context
  const period = periodOf(dailyReportsOnly)
  const call = ['GetFindingsReportAccountSummary', scope.accountId, scope.region, period]
  const afterSequence = nextToken === null ? 0 : decodePageToken(nextToken, call)
  const found = await catalog.latestReports({ scope, period, afterSequence, limit: maxResults + 1 })
  const page = found.slice(0, maxResults)
  return {
    reportSummaries: await Promise.all(
      page.map(async (report) =>
        summary(report.groupName, report, await anomaliesIn(context, report.groupId, [report])),
      ),
    ),
    ...(found.length > maxResults && { nextToken: encodePageToken(page.at(-1)!.groupSequence, call) }),
  }
}

interface Span {
  readonly since: number
  readonly until: number | null
}

/** More than there are in a month: what is beyond is not counted. */
const maxAnomalies = 1000

/** Anomalies are found by themselves, some after the report on their time: they are counted when it is asked for. */
async function anomaliesIn(
  { catalog }: OperationContext,
  groupId: string,
  reports: readonly ReportSummaryRow[],
): Promise<readonly Span[]> {
  if (reports.length === 0) return []
  const from = Math.min(...reports.map(({ start }) => start))
  const to = Math.max(...reports.map(({ start, period }) => start + stepLengths[period]))
  return catalog.anomaliesOf({ groupId, from, to, limit: maxAnomalies })
}

function periodOf(dailyReportsOnly: boolean): ReportPeriod {
  return dailyReportsOnly ? 'P1D' : 'PT1H'
}

function summary(
  profilingGroupName: string,
  { id, period, start, findings }: ReportSummaryRow,
  anomalies: readonly Span[],
): FindingsReportSummary {
  const end = start + stepLengths[period]
  const within = anomalies.filter(({ since, until }) => since < end && (until === null || until > start))
  return {
    id,
    profilingGroupName,
    profileStartTime: formatTimestamp(start),
    profileEndTime: formatTimestamp(end),
    totalNumberOfFindings: findings + within.length,
  }
}

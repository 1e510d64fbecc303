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
  return {
    findingsReportSummaries: page.map((report) => summary(profilingGroupName, report)),
    ...(found.length > maxResults && { nextToken: encodePageToken(page.at(-1)!.start, call) }),
  }
}

/** The latest report of each of the account's groups that has one. */
export async function getFindingsReportAccountSummary(
  { catalog, scope }: OperationContext,
  { dailyReportsOnly, maxResults, nextToken }: GetFindingsReportAccountSummaryInput,
): Promise<GetFindingsReportAccountSummaryOutput> {
  const period = periodOf(dailyReportsOnly)
  const call = ['GetFindingsReportAccountSummary', scope.accountId, scope.region, period]
  const afterSequence = nextToken === null ? 0 : decodePageToken(nextToken, call)
  const found = await catalog.latestReports({ scope, period, afterSequence, limit: maxResults + 1 })
  const page = found.slice(0, maxResults)
  return {
    reportSummaries: page.map((report) => summary(report.groupName, report)),
    ...(found.length > maxResults && { nextToken: encodePageToken(page.at(-1)!.groupSequence, call) }),
  }
}

function periodOf(dailyReportsOnly: boolean): ReportPeriod {
  return dailyReportsOnly ? 'P1D' : 'PT1H'
}

function summary(
  profilingGroupName: string,
  { id, period, start, findings }: ReportSummaryRow,
): FindingsReportSummary {
  return {
    id,
    profilingGroupName,
    profileStartTime: formatTimestamp(start),
    profileEndTime: formatTimestamp(start + stepLengths[period]),
    totalNumberOfFindings: findings,
  }
}

import {
  decodePageToken,
  type GetFindingsReportAccountSummaryInput,
  type GetFindingsReportAccountSummaryOutput,
  type ListFindingsReportsInput,
  type ListFindingsReportsOutput,
} from '@wick/wire'
import type { OperationContext } from './context.ts'
import { requireGroup } from './groups.ts'

/** Profiles are not analysed yet: there are no reports, and no page of them but the first. */
export async function listFindingsReports(
  context: OperationContext,
  input: ListFindingsReportsInput,
): Promise<ListFindingsReportsOutput> {
  await requireGroup(context, input)
  refuseLaterPage(input.nextToken)
  return { findingsReportSummaries: [] }
}

/** The latest report of each of the account's groups. */
export async function getFindingsReportAccountSummary(
  _: OperationContext,
  { nextToken }: GetFindingsReportAccountSummaryInput,
): Promise<GetFindingsReportAccountSummaryOutput> {
  refuseLaterPage(nextToken)
  return { reportSummaries: [] }
}

function refuseLaterPage(nextToken: string | null): void {
  if (nextToken !== null) decodePageToken(nextToken, ['findings reports, of which no page follows another'])
}

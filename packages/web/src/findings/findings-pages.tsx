import type { ComponentChildren } from 'preact'
import { fetchRecommendations, listFindingsReports } from '../api/group.ts'
import { type Asked, useAnswer } from '../app/answer.ts'
import { plural } from '../format/numbers.ts'
import { timeSpan } from '../format/times.ts'
import { GroupHead } from '../group/group-frame.tsx'
import { Panel } from '../group/panel.tsx'
import { usePageTitle } from '../pages/page-title.ts'
import { boundsOf, type PageRange, rangeWords } from '../range/page-range.ts'
import { currentRange, RangePicker } from '../range/range-picker.tsx'
import { refreshMilliseconds } from '../range/steps.ts'

/** What the API says was found in the time on view, and what was looked at for it. */
interface Findings {
  readonly recommendations: number
  readonly anomalies: number
  readonly reports: number
  /** Epoch milliseconds; equal where there was no profile. */
  readonly from: number
  readonly to: number
}

function useFindings(name: string, range: PageRange): Asked<Findings> {
  return useAnswer(
    JSON.stringify([name, range]),
    async (signal) => {
      const bounds = boundsOf(range, Date.now())
      const [found, listed] = await Promise.all([
        fetchRecommendations(name, bounds, signal),
        listFindingsReports(name, bounds, signal),
      ])
      return {
        recommendations: found.recommendations.length,
        anomalies: found.anomalies.length,
        reports: listed.findingsReportSummaries.length,
        from: Date.parse(found.profileStartTime),
        to: Date.parse(found.profileEndTime),
      }
    },
    range.kind === 'last' ? refreshMilliseconds : null,
  )
}

const action = 'codeguru-profiler:GetRecommendations and codeguru-profiler:ListFindingsReports'

/** Patterns in the profiles that cost more than they need to. */
export function RecommendationsPage({ name }: { name: string }) {
  usePageTitle(`${name} · Recommendations`)
  const range = currentRange()
  const asked = useFindings(name, range)
  return (
    <div class="page wide">
      <GroupHead name={name} tab="recommendations">
        <RangePicker />
      </GroupHead>
      <Panel
        title="Recommendations"
        about="A recommendation names a known pattern that costs more than it needs to, where it is, and how to change it."
        action={action}
        asked={asked}
        empty={(findings) =>
          findings.recommendations > 0 ? null : (
            <Nothing kind="recommendation" range={range} findings={findings} />
          )
        }
      >
        {({ recommendations }) => <p>{plural(recommendations, 'recommendation')}.</p>}
      </Panel>
    </div>
  )
}

/** Functions whose share left what was usual for them. */
export function AnomaliesPage({ name }: { name: string }) {
  usePageTitle(`${name} · Anomalies`)
  const range = currentRange()
  const asked = useFindings(name, range)
  return (
    <div class="page wide">
      <GroupHead name={name} tab="anomalies">
        <RangePicker />
      </GroupHead>
      <Panel
        title="Anomalies"
        about="An anomaly is a function whose share of CPU time or latency left what was usual for it."
        action={action}
        asked={asked}
        empty={(findings) =>
          findings.anomalies > 0 ? null : <Nothing kind="anomaly" range={range} findings={findings} />
        }
      >
        {({ anomalies }) => <p>{plural(anomalies, 'anomaly', 'anomalies')}.</p>}
      </Panel>
    </div>
  )
}

interface NothingProps {
  readonly kind: 'recommendation' | 'anomaly'
  readonly range: PageRange
  readonly findings: Findings
}

/** Nothing was found: says what was looked at, and where to look oneself. */
function Nothing({ kind, range, findings: { from, to, reports } }: NothingProps): ComponentChildren {
  const nouns = kind === 'recommendation' ? 'recommendations' : 'anomalies'
  return (
    <>
      <h3>No {nouns} yet</h3>
      <p>
        {from === to
          ? `There is no profile in ${rangeWords(range)}.`
          : `There are profiles of ${timeSpan(from, to, Date.now())}, and ${plural(reports, 'report')} about them.`}{' '}
        This version of Wick does not look for {nouns} by itself, so none is no sign that all is well.
      </p>
      <p class="quiet">
        {kind === 'recommendation'
          ? 'To look yourself: the flame graph shows the heaviest functions, with what they cost.'
          : 'To look yourself: Compare sets two times beside each other, Timeline follows a function.'}
      </p>
    </>
  )
}

import type { AnomalyAnswer, RecommendationAnswer } from '@wick/wire'
import { visibleText } from '@wick/wire/visible-text'
import { fetchAnomalies, fetchRecommendations } from '../api/findings.ts'
import type { Cost } from '../api/group.ts'
import { type Asked, useAnswer } from '../app/answer.ts'
import { followLink } from '../app/location.ts'
import { groupHref } from '../app/routes.ts'
import { formatMoney } from '../cost/cost.ts'
import { CostNote } from '../cost/cost-note.tsx'
import { formatPercent } from '../format/numbers.ts'
import { pointsOf } from '../format/points.ts'
import { shortName } from '../format/short-name.ts'
import { Panel } from '../group/panel.tsx'
import { boundsOf, type PageRange, rangeWords } from '../range/page-range.ts'
import { refreshMilliseconds } from '../range/steps.ts'

interface Line {
  readonly key: string
  readonly href: string
  readonly words: string
  readonly share: string
  /** By the year; null where it is not known. */
  readonly cost: number | null
  readonly currency: string
}

const most = 5

interface TopFindingsProps {
  readonly name: string
  readonly range: PageRange
  /** What the fleet costs in this time. */
  readonly cost: Asked<Cost>
}

/** What Wick found by itself, the dearest first: the way to the pages that say more. */
export function TopFindings({ name, range, cost }: TopFindingsProps) {
  const asked = useAnswer(
    JSON.stringify([name, range]),
    async (signal): Promise<readonly Line[]> => {
      const bounds = boundsOf(range, Date.now())
      const [{ recommendations, currency }, { anomalies }] = await Promise.all([
        fetchRecommendations(name, bounds, signal),
        fetchAnomalies(name, bounds, signal),
      ])
      const lines = [
        ...anomalies.filter(({ endTime }) => endTime === null).map((one) => anomalyLine(name, one)),
        ...recommendations.map((one) => recommendationLine(name, one, currency)),
      ]
      return lines.sort((a, b) => (b.cost ?? 0) - (a.cost ?? 0)).slice(0, most)
    },
    range.kind === 'last' ? refreshMilliseconds : null,
  )
  return (
    <Panel
      title="Findings"
      about="What Wick found by itself: functions that cost more than was usual for them, and patterns that cost more than they need to."
      action="codeguru-profiler:GetRecommendations"
      asked={asked}
      height={96}
      empty={(lines) => (lines.length > 0 ? null : <p>Nothing was found in {rangeWords(range)}.</p>)}
    >
      {(lines) => (
        <>
          <ol class="finding-places">
            {lines.map(({ key, href, words, share, cost: yearly, currency }) => (
              <li key={key}>
                <a href={href} onClick={followLink}>
                  {words}
                </a>
                <span class="quiet">
                  {share}
                  {yearly !== null && `, ${formatMoney(yearly, currency)} a year`}
                </span>
              </li>
            ))}
          </ol>
          {lines.some((line) => line.cost !== null) && (
            <CostNote asked={cost} how="Costs: the share of the time, of what the fleet costs in a year." />
          )}
        </>
      )}
    </Panel>
  )
}

function anomalyLine(group: string, anomaly: AnomalyAnswer): Line {
  const { id, frameName, change, yearlyCost, currency } = anomaly
  return {
    key: id,
    href: `${groupHref(group, 'anomalies')}?${new URLSearchParams({ anomaly: id })}`,
    words: `${shortName(visibleText(frameName))} costs more`,
    share: pointsOf(change),
    cost: yearlyCost,
    currency,
  }
}

function recommendationLine(group: string, found: RecommendationAnswer, currency: string): Line {
  const { pattern, samples, of, yearlyCost } = found
  return {
    key: pattern.id,
    href: groupHref(group, 'recommendations'),
    words: visibleText(pattern.name),
    share: formatPercent(samples / of),
    cost: yearlyCost,
    currency,
  }
}

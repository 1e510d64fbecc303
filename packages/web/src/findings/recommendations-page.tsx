import type { RecommendationStatesAnswer, RecommendationsAnswer } from '@wick/wire'
import { fetchRecommendationStates, fetchRecommendations } from '../api/findings.ts'
import { useAnswer } from '../app/answer.ts'
import { TimeSpan } from '../app/time.tsx'
import { CostNoteOf } from '../cost/cost-note.tsx'
import { formatCount } from '../format/numbers.ts'
import { GroupHead } from '../group/group-frame.tsx'
import { Panel } from '../group/panel.tsx'
import { usePageTitle } from '../pages/page-title.ts'
import { boundsOf, longestProfile, type PageRange, rangeWords } from '../range/page-range.ts'
import { currentRange, RangePicker } from '../range/range-picker.tsx'
import { refreshMilliseconds } from '../range/steps.ts'
import { RecommendationCard } from './recommendation-card.tsx'
import { ReportsPanel } from './reports-panel.tsx'

type State = RecommendationStatesAnswer['states'][number]

/** Patterns in the profiles that cost more than they need to: the dearest first, what nobody wants to hear of last. */
export function RecommendationsPage({ name }: { name: string }) {
  usePageTitle(`${name} · Recommendations`)
  const range = currentRange()
  const asked = useAnswer(
    JSON.stringify([name, range]),
    async (signal) => {
      const [found, states] = await Promise.all([
        fetchRecommendations(name, boundsOf(range, Date.now()), signal),
        fetchRecommendationStates(name, signal),
      ])
      return { found, states: new Map<string, State>(states.map((state) => [state.patternId, state])) }
    },
    range.kind === 'last' ? refreshMilliseconds : null,
  )
  const { from, to } = boundsOf(range, Date.now())
  const isLong = to - from > longestProfile
  return (
    <div class="page wide">
      <GroupHead name={name} tab="recommendations">
        <RangePicker />
      </GroupHead>
      <Panel
        title="Recommendations"
        about="Known patterns that cost more than they need to: what they are, where they are, and what to do. Costs are the share of the threads at work, by the year; they overlap where one pattern stands below another."
        action="codeguru-profiler:GetRecommendations"
        asked={asked}
        height={320}
        empty={({ found }) =>
          found.recommendations.length > 0 ? null : <Nothing range={range} found={found} />
        }
      >
        {({ found, states }) => {
          const isMuted = (id: string): boolean => states.get(id)?.isMuted === true
          const shown = found.recommendations.toSorted(
            (a, b) => Number(isMuted(a.pattern.id)) - Number(isMuted(b.pattern.id)),
          )
          // Of years it is what was looked at that has the places.
          const lookedAt: PageRange = isLong
            ? { kind: 'between', from: Date.parse(found.startTime), to: Date.parse(found.endTime) }
            : range
          return (
            <>
              <CostNoteOf
                group={name}
                range={range}
                how="Costs: the share of the time, of what the fleet costs in a year."
              />
              {isLong && <p class="quiet">Of a year up to the last profile only.</p>}
              <ol class="findings">
                {shown.map((recommendation) => (
                  <RecommendationCard
                    key={recommendation.pattern.id}
                    group={name}
                    range={lookedAt}
                    currency={found.currency}
                    recommendation={recommendation}
                    state={states.get(recommendation.pattern.id) ?? null}
                    onMuted={asked.retry}
                  />
                ))}
              </ol>
            </>
          )
        }}
      </Panel>
      <ReportsPanel name={name} range={range} />
    </div>
  )
}

/** Nothing was found: says what was looked at, and whether that was enough to find anything. */
function Nothing({ range, found }: { range: PageRange; found: RecommendationsAnswer }) {
  const { samples, needed } = found
  const [from, to] = [Date.parse(found.startTime), Date.parse(found.endTime)]
  if (from === to)
    return (
      <>
        <h3>No recommendations yet</h3>
        <p>There is no profile in {rangeWords(range)}.</p>
      </>
    )
  if (needed !== null)
    return (
      <>
        <h3>Not enough data</h3>
        <p>
          <TimeSpan from={from} to={to} /> has {formatCount(samples)} samples of threads at work; it takes{' '}
          {formatCount(needed)} to say anything. Choose a longer time.
        </p>
      </>
    )
  return (
    <>
      <h3>No recommendations</h3>
      <p>
        None of the patterns is in the profiles of <TimeSpan from={from} to={to} />: {formatCount(samples)}{' '}
        samples of threads at work.
      </p>
      <p class="quiet">What costs most all the same, the overview and the flame graph show.</p>
    </>
  )
}

import type { AnomaliesAnswer, AnomalyAnswer } from '@wick/wire'
import { useEffect } from 'preact/hooks'
import { fetchAnomalies } from '../api/findings.ts'
import { useAnswer } from '../app/answer.ts'
import { location } from '../app/location.ts'
import { CostNoteOf } from '../cost/cost-note.tsx'
import { plural } from '../format/numbers.ts'
import { GroupHead } from '../group/group-frame.tsx'
import { Panel } from '../group/panel.tsx'
import { usePageTitle } from '../pages/page-title.ts'
import { boundsOf, type PageRange, rangeWords } from '../range/page-range.ts'
import { currentRange, RangePicker } from '../range/range-picker.tsx'
import { refreshMilliseconds } from '../range/steps.ts'
import { AnomalyCard } from './anomaly-card.tsx'

const usual: PageRange = { kind: 'last', span: '7d' }

/** Functions that cost more than was usual for them: what lasts first, the dearest of it before. */
export function AnomaliesPage({ name }: { name: string }) {
  usePageTitle(`${name} · Anomalies`)
  const range = currentRange(usual)
  const asked = useAnswer(
    JSON.stringify([name, range]),
    (signal) => fetchAnomalies(name, boundsOf(range, Date.now()), signal),
    range.kind === 'last' ? refreshMilliseconds : null,
  )
  /** What a message led to: `?anomaly=ID`. */
  const wanted = new URLSearchParams(location.value.search).get('anomaly')
  const isKnown = asked.answer.value.value !== null
  useEffect(() => {
    if (isKnown && wanted !== null) document.getElementById(`anomaly-${wanted}`)?.scrollIntoView()
  }, [isKnown, wanted])
  return (
    <div class="page wide">
      <GroupHead name={name} tab="anomalies">
        <RangePicker usual={usual} />
      </GroupHead>
      <Panel
        title="Anomalies"
        about="Functions whose share of CPU time or latency rose above what was usual for them at such hours of such days, and stayed there. Bursts that go away by themselves, and code that was only moved, are none."
        action="codeguru-profiler:GetRecommendations"
        asked={asked}
        height={320}
        empty={(answer) =>
          answer.anomalies.length > 0 ? null : <Nothing range={range} history={answer.history} />
        }
      >
        {({ anomalies }) => (
          <>
            <CostNoteOf
              group={name}
              range={range}
              how="Costs: the share by which a function grew, of what the fleet cost in a year when that was found. In this time:"
            />
            <ol class="findings">
              {anomalies.toSorted(byWeight).map((anomaly) => (
                <AnomalyCard key={anomaly.id} group={name} anomaly={anomaly} onSaid={asked.retry} />
              ))}
            </ol>
          </>
        )}
      </Panel>
    </div>
  )
}

/** What lasts before what is over; then the dearest, then the largest. */
function byWeight(a: AnomalyAnswer, b: AnomalyAnswer): number {
  return (
    Number(a.endTime !== null) - Number(b.endTime !== null) ||
    (b.yearlyCost ?? 0) - (a.yearlyCost ?? 0) ||
    b.change - a.change
  )
}

function Nothing({ range, history }: { range: PageRange; history: AnomaliesAnswer['history'] }) {
  if (history.hours < history.needed)
    return (
      <>
        <h3>No anomalies yet: not enough data</h3>
        <p>
          There {history.hours === 1 ? 'is' : 'are'} {plural(history.hours, 'hour')} with profiles in the last
          four weeks; it takes about {plural(history.needed, 'hour')}, ten days, to know what is usual.
        </p>
        <p class="quiet">
          Until then, Compare sets two times beside each other, and Timeline follows a function.
        </p>
      </>
    )
  return (
    <>
      <h3>No anomalies</h3>
      <p>No function left what was usual for it in {rangeWords(range)}.</p>
      <p class="quiet">
        {plural(history.hours, 'hour')} with profiles of the last four weeks are known. Each hour is looked at
        ten minutes after its end; a change is told once it has lasted for two.
      </p>
    </>
  )
}

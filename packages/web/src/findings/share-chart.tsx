import type { AnomalyAnswer } from '@wick/wire'
import { visibleText } from '@wick/wire/visible-text'
import { fetchSeries } from '../api/group.ts'
import { useAnswer } from '../app/answer.ts'
import { LineChart } from '../charts/line-chart.tsx'
import { formatPercent } from '../format/numbers.ts'
import { isDenied, MissingAction } from '../group/panel.tsx'
import { resolutionMilliseconds } from '../range/steps.ts'
import { frameLines } from '../timeline/frame-line.ts'
import { around } from './anomaly-links.ts'

const height = 180
/** Agents may report less often than steps are long: what is an hour apart belongs together. */
const gap = 90 * 60_000

/** A function's share step by step, with its change marked. */
export function ShareChart({ group, anomaly }: { group: string; anomaly: AnomalyAnswer }) {
  const { frameName, threadStates, startTime, endTime } = anomaly
  const { from, to } = around(anomaly, Date.now())
  const asked = useAnswer(JSON.stringify([group, frameName, from, to]), (signal) =>
    fetchSeries(group, { from, to }, { frames: [frameName], filter: { counters: threadStates } }, signal),
  )
  const { value, failure } = asked.answer.value
  if (failure !== null && isDenied(failure))
    return <MissingAction what="see it over time" action="codeguru-profiler:BatchGetFrameMetricData" />
  if (failure !== null) return <p class="quiet">Its share over time could not be loaded: {failure.message}</p>
  if (value === null)
    return <div class="panel-wait" style={{ height: `${height}px` }} role="img" aria-label="Loading" />
  const step = resolutionMilliseconds(value.resolution)
  return (
    <LineChart
      label={`Share of ${visibleText(frameName)}`}
      from={Date.parse(value.startTime)}
      to={Date.parse(value.endTime)}
      times={value.endTimes.map((end) => Date.parse(end) - step)}
      step={step}
      gap={Math.max(gap, 1.5 * step)}
      height={height}
      format={formatPercent}
      series={[{ name: 'Share', values: frameLines(value)[0]?.shares ?? [], look: 0, isArea: true }]}
      marks={[
        { at: Date.parse(startTime), label: 'began' },
        ...(endTime === null ? [] : [{ at: Date.parse(endTime), label: 'over' }]),
      ]}
    />
  )
}

import type { AnomalyAnswer } from '@wick/wire'
import { visibleText } from '@wick/wire/visible-text'
import { sendFeedback } from '../api/findings.ts'
import { followLink } from '../app/location.ts'
import { Time } from '../app/time.tsx'
import { formatMoney } from '../cost/cost.ts'
import { pointsOf } from '../format/points.ts'
import { shortName } from '../format/short-name.ts'
import { inspectHref } from '../group/inspect-href.ts'
import { ChangeTrouble, useChange } from '../settings/change.tsx'
import { compareHref, foundIn, timelineHref } from './anomaly-links.ts'
import { ShareChart } from './share-chart.tsx'

interface AnomalyCardProps {
  readonly group: string
  readonly anomaly: AnomalyAnswer
  onSaid(): void
}

const metricWords = { CPU: 'CPU time', LATENCY: 'latency' } as const

/** One function that costs more than before: by how much, since when, why, and whether that was worth telling. */
export function AnomalyCard({ group, anomaly, onSaid }: AnomalyCardProps) {
  const { id, frameName, metric, change, startTime, endTime, yearlyCost, currency, appVersion } = anomaly
  const links = [
    ['Before and after, as flame graphs', compareHref(group, anomaly)],
    ['Timeline', timelineHref(group, anomaly)],
    ['Who calls it', inspectHref(group, foundIn(anomaly), frameName)],
  ] as const
  return (
    <li id={`anomaly-${id}`} class={endTime === null ? 'finding' : 'finding over'}>
      <div class="finding-head">
        <h3 title={visibleText(frameName)}>{shortName(visibleText(frameName))}</h3>
        <p class="finding-cost">
          {yearlyCost !== null && <strong>{formatMoney(yearlyCost, currency)} a year</strong>}{' '}
          <span class="quiet">
            {pointsOf(change)} of {metricWords[metric]}
          </span>
        </p>
      </div>
      <p class="quiet">
        Since <Time at={Date.parse(startTime)} />
        {endTime === null ? (
          ', still so'
        ) : (
          <>
            , over <Time at={Date.parse(endTime)} />
          </>
        )}
        {appVersion !== null && `, with version ${visibleText(appVersion)}`}
      </p>
      <p>{visibleText(anomaly.reason)}</p>
      <ShareChart group={group} anomaly={anomaly} />
      <ul class="finding-links">
        {links.map(([words, href]) => (
          <li key={words}>
            <a href={href} onClick={followLink}>
              {words}
            </a>
          </li>
        ))}
      </ul>
      <Feedback group={group} anomaly={anomaly} onSaid={onSaid} />
    </li>
  )
}

const answers = [
  ['Positive', 'Yes', 'Noted: this was worth telling.'],
  ['Negative', 'No, it was noise', 'Noted: next time it takes more.'],
] as const

function Feedback({ group, anomaly: { id, feedback, frameName }, onSaid }: AnomalyCardProps) {
  const saying = useChange()
  return (
    <fieldset class="finding-foot">
      <legend class="visually-hidden">Was {visibleText(frameName)} worth telling?</legend>
      <span class="quiet">Was this worth telling?</span>
      {answers.map(([type, words, said]) => (
        <button
          key={type}
          type="button"
          class="button small"
          aria-pressed={feedback?.type === type}
          disabled={saying.isBusy.value}
          onClick={async () => {
            if (await saying.run(() => sendFeedback(group, id, type), said)) onSaid()
          }}
        >
          {words}
        </button>
      ))}
      <ChangeTrouble change={saying} what="say so" action="codeguru-profiler:SubmitFeedback" />
    </fieldset>
  )
}

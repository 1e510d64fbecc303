import type { RecommendationAnswer, RecommendationStatesAnswer } from '@wick/wire'
import { visibleText } from '@wick/wire/visible-text'
import { muteRecommendation } from '../api/findings.ts'
import { followLink } from '../app/location.ts'
import { groupHref } from '../app/routes.ts'
import { Time } from '../app/time.tsx'
import { formatMoney } from '../cost/cost.ts'
import { defaultView, formatView } from '../explorer/view-state.ts'
import { formatCount, formatPercent, plural } from '../format/numbers.ts'
import { shortName } from '../format/short-name.ts'
import type { PageRange } from '../range/page-range.ts'
import { ChangeTrouble, useChange } from '../settings/change.tsx'
import { Prose } from './prose.tsx'

interface RecommendationCardProps {
  readonly group: string
  readonly range: PageRange
  readonly currency: string
  readonly recommendation: RecommendationAnswer
  /** What the hourly reports know of it; null where none had it yet. */
  readonly state: RecommendationStatesAnswer['states'][number] | null
  onMuted(): void
}

const origins = {
  wick: '',
  installation: 'A pattern of this installation.',
  group: 'A pattern of this group.',
} as const

/** One pattern that was found: what it costs, why, what to do, and where it is. */
export function RecommendationCard(props: RecommendationCardProps) {
  const { group, range, currency, recommendation, state, onMuted } = props
  const { pattern, samples, of, yearlyCost, places, matches, origin } = recommendation
  const isMuted = state?.isMuted === true
  const change = useChange()
  const mute = async () => {
    const said = isMuted ? 'It is told of again.' : 'Nobody is told of it any more.'
    if (await change.run(() => muteRecommendation(group, pattern.id, !isMuted), said)) onMuted()
  }
  return (
    <li class={isMuted ? 'finding muted' : 'finding'}>
      <div class="finding-head">
        <h3>{visibleText(pattern.name)}</h3>
        <p class="finding-cost">
          {yearlyCost !== null && <strong>{formatMoney(yearlyCost, currency)} a year</strong>}{' '}
          <span class="quiet">
            {formatPercent(samples / of)} of {statesWords(pattern.countersToAggregate)}
          </span>
        </p>
      </div>
      {(state !== null || origin !== 'wick') && (
        <p class="quiet">
          {isMuted && 'Muted. '}
          {state?.state === 'OPEN' && (
            <>
              Since <Time at={Date.parse(state.since)} />.{' '}
            </>
          )}
          {origins[origin]}
        </p>
      )}
      <p>
        <Prose text={pattern.why} />
      </p>
      <p>
        <strong>What to do.</strong> <Prose text={pattern.resolutionSteps} />
      </p>
      {pattern.links.length > 0 && (
        <ul class="finding-links">
          {pattern.links.map((link) => (
            <li key={link}>
              <a href={link} rel="noreferrer" target="_blank">
                {linkWords(link)}
              </a>
            </li>
          ))}
        </ul>
      )}
      <h4>
        {places > matches.length ? `The heaviest of ${formatCount(places)} places` : plural(places, 'place')}
      </h4>
      <ol class="finding-places">
        {matches.map(({ path, samples: matched }) => (
          <li key={path.join('\n')}>
            <a
              href={placeHref(group, range, path)}
              onClick={followLink}
              title={path.map(visibleText).join('\n')}
            >
              {placeWords(path)}
            </a>
            <span class="quiet">{formatPercent(matched / of)}</span>
          </li>
        ))}
      </ol>
      {state !== null && (
        <div class="finding-foot">
          <button
            type="button"
            class="button small"
            disabled={change.isBusy.value}
            onClick={() => void mute()}
          >
            {isMuted ? 'Unmute' : 'Mute'}
            <span class="visually-hidden"> {visibleText(pattern.name)}</span>
          </button>
          <ChangeTrouble
            change={change}
            what="mute recommendations"
            action="wick:MuteRecommendation or wick:UnmuteRecommendation"
          />
        </div>
      )}
    </li>
  )
}

/** The flame graph, zoomed to where the pattern is. */
function placeHref(group: string, range: PageRange, path: readonly string[]): string {
  return groupHref(group) + formatView({ ...defaultView, range, zoom: path })
}

/** The last frames: the code that leads there, and what it calls. */
function placeWords(path: readonly string[]): string {
  const last = path.slice(-3).map((frame) => shortName(visibleText(frame)))
  return `${path.length > last.length ? '… › ' : ''}${last.join(' › ')}`
}

/** Where it leads, without how. */
function linkWords(link: string): string {
  return URL.canParse(link) ? new URL(link).host : visibleText(link)
}

function statesWords(counters: readonly string[]): string {
  if (counters.length === 1 && counters[0] === 'RUNNABLE') return 'the time on CPU'
  return `the time that threads were ${counters
    .map((counter) => counter.toLowerCase().replaceAll('_', ' '))
    .join(' or ')}`
}

import { useSignal } from '@preact/signals'
import type { ProfilingGroupDescription } from '@wick/wire'
import { useEffect, useRef } from 'preact/hooks'
import { fetchSummary, type Summary } from '../api/group.ts'
import { useAnswer } from '../app/answer.ts'
import { Bounded } from '../app/bounded.ts'
import { Explain } from '../app/explain.tsx'
import { followLink, navigate } from '../app/location.ts'
import { now } from '../app/now.ts'
import { groupHref } from '../app/routes.ts'
import { Time } from '../app/time.tsx'
import { Sparkline } from '../charts/sparkline.tsx'
import { formatCount, formatPercent } from '../format/numbers.ts'
import { cpuSteps, trendOf } from '../overview/activity.ts'
import { healthOf, healths, lastReportOf } from './health.ts'

export type Order = 'name' | 'report'

interface GroupTableProps {
  readonly groups: readonly ProfilingGroupDescription[]
  readonly order: Order
  onOrder(order: Order): void
}

/** Questions about groups that are open at one time: the browser and the server have other things to do. */
const questions = new Bounded(4)
const hour = 3_600_000
const day = 24 * hour
/** A list of groups is looked at, not watched. */
const refreshMilliseconds = 120_000

export function GroupTable({ groups, order, onOrder }: GroupTableProps) {
  if (groups.length === 0) return <p>No group has that in its name.</p>
  return (
    <table class="rows groups">
      <thead>
        <tr>
          <th scope="col" aria-sort={order === 'name' ? 'ascending' : 'none'}>
            <button type="button" onClick={() => onOrder('name')}>
              Name
            </button>
          </th>
          <th scope="col">
            Health{' '}
            <Explain term="health">
              {healths.map(({ words, about }) => (
                <span key={words} class="term">
                  <strong>{words}</strong> {about}
                </span>
              ))}
            </Explain>
          </th>
          <th scope="col">
            Load, last day{' '}
            <Explain term="load">
              Samples on CPU by the hour, over the last day. Each line has its own height.
            </Explain>
          </th>
          <th scope="col" class="number">
            Trend{' '}
            <Explain term="trend">
              Samples on CPU in the last six hours, against those in the six before. ≈ is steady.
            </Explain>
          </th>
          <th scope="col" class="number">
            Hosts <Explain term="hosts">Instances that sent profiles over the last day.</Explain>
          </th>
          <th scope="col" class="number" aria-sort={order === 'report' ? 'descending' : 'none'}>
            <button type="button" onClick={() => onOrder('report')}>
              Last report
            </button>
          </th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <GroupRow key={group.name} group={group} />
        ))}
      </tbody>
    </table>
  )
}

function GroupRow({ group }: { group: ProfilingGroupDescription }) {
  const row = useRef<HTMLTableRowElement>(null)
  const isSeen = useIsSeen(row)
  const asked = useAnswer<Summary>(
    isSeen ? group.name : null,
    (signal) => {
      // Whole hours: the last one is on its way.
      const to = Math.ceil(Date.now() / hour) * hour
      return questions.run(() => fetchSummary(group.name, { from: to - day, to }, 'PT1H', signal), signal)
    },
    refreshMilliseconds,
  )
  const { value, failure } = asked.answer.value
  const { kind, words } = healthOf(group, now.value)
  const href = groupHref(group.name, 'overview')
  return (
    // The name is the link, also for the keyboard; a click anywhere in the row means the same.
    <tr ref={row} class="open" onClick={() => navigate(href)}>
      <th scope="row">
        <a
          href={href}
          onClick={(event) => {
            event.stopPropagation()
            followLink(event)
          }}
        >
          {group.name}
        </a>
        {group.computePlatform === 'AWSLambda' && <span class="quiet"> AWS Lambda</span>}
      </th>
      <td>
        <span class={`state ${kind}`}>{words}</span>
      </td>
      <td class="spark">
        {value !== null ? (
          <Load summary={value} />
        ) : (
          failure !== null && (
            <span
              class="quiet"
              title={
                failure.code === 'AccessDeniedException'
                  ? 'Needs codeguru-profiler:GetProfile on this group'
                  : failure.message
              }
            >
              not shown
            </span>
          )
        )}
      </td>
      <td class="number">{value !== null && <Trend trend={trendOf(value)} />}</td>
      <td class="number">{value !== null && formatCount(value.fleet.instances)}</td>
      <td class="number">
        <LastReport group={group} />
      </td>
    </tr>
  )
}

function Load({ summary }: { summary: Summary }) {
  const values = cpuSteps(summary)
  if (values.length === 0) return <span class="quiet">no profile</span>
  const trend = trendOf(summary)
  return (
    <Sparkline
      label={`Load over the last day${trend === null ? '' : `: ${trendWords(trend)}`}`}
      from={Date.parse(summary.startTime)}
      to={Date.parse(summary.endTime)}
      times={summary.endTimes.map((end) => Date.parse(end) - hour)}
      values={values}
      step={hour}
    />
  )
}

/** Less than this is no trend. */
const noise = 0.05

function Trend({ trend }: { trend: number | null }) {
  if (trend === null) return <span class="quiet">–</span>
  return <span title={trendWords(trend)}>{trendSign(trend)}</span>
}

function trendSign(trend: number): string {
  if (Math.abs(trend) < noise) return '≈'
  return `${trend > 0 ? '▲ +' : '▼ −'}${formatPercent(Math.abs(trend))}`
}

function trendWords(trend: number): string {
  if (Math.abs(trend) < noise) return 'steady over the last twelve hours'
  return `${formatPercent(Math.abs(trend))} ${trend > 0 ? 'more' : 'less'} in the last six hours than in the six before`
}

function LastReport({ group }: { group: ProfilingGroupDescription }) {
  const at = lastReportOf(group)
  if (at === null) return <span class="quiet">never</span>
  return <Time at={at} />
}

/** Whether an element has been in view: what nobody looks at is not asked for. */
function useIsSeen(element: { readonly current: Element | null }): boolean {
  const isSeen = useSignal(false)
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return
        isSeen.value = true
        observer.disconnect()
      },
      { rootMargin: '200px' },
    )
    observer.observe(element.current!)
    return () => observer.disconnect()
  }, [])
  return isSeen.value
}

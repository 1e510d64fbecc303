import { visibleText } from '@wick/wire/visible-text'
import { fetchSeries, fetchSummary, type Series, searchFrames } from '../api/group.ts'
import { useAnswer } from '../app/answer.ts'
import { Explain } from '../app/explain.tsx'
import { followLink, location, navigate } from '../app/location.ts'
import { LineChart, LookSign } from '../charts/line-chart.tsx'
import { formatPercent } from '../format/numbers.ts'
import { pointsOf } from '../format/points.ts'
import { shortName } from '../format/short-name.ts'
import { FrameSearch } from '../group/frame-search.tsx'
import { GroupHead } from '../group/group-frame.tsx'
import { inspectHref } from '../group/inspect-href.ts'
import { Panel } from '../group/panel.tsx'
import { TableFrame } from '../group/table-frame.tsx'
import { cpuStates } from '../overview/activity.ts'
import { usePageTitle } from '../pages/page-title.ts'
import { boundsOf, latestProfile, longestProfile, type PageRange, rangeWords } from '../range/page-range.ts'
import { chooseRange, currentRange, RangePicker } from '../range/range-picker.tsx'
import { refreshMilliseconds, resolutionMilliseconds } from '../range/steps.ts'
import { type FrameLine, frameLines } from './frame-line.ts'
import { mostFrames, parseTimeline, type TimelineView, withTimeline } from './timeline-view.ts'

/** Functions that are shown until somebody chooses. */
const usualFrames = 4
const waiting = ['RUNNABLE', 'NATIVE', 'BLOCKED', 'WAITING', 'TIMED_WAITING', 'WALL_TIME']

interface Shown {
  readonly series: Series
  readonly isChosen: boolean
}

/** How the share of functions went over time. */
export function TimelinePage({ name }: { name: string }) {
  usePageTitle(`${name} · Timeline`)
  const range = currentRange()
  const view = parseTimeline(location.value.search, location.value.hash)
  const show = (change: Partial<TimelineView>) =>
    navigate(location.value.pathname + withTimeline(location.value.search, { ...view, ...change }))
  const asked = useAnswer<Shown>(
    JSON.stringify([name, range, view]),
    (signal) => load(name, range, view, signal),
    range.kind === 'last' ? refreshMilliseconds : null,
  )
  const shownFrames = asked.answer.value.value?.series.frames.map(({ frameName }) => frameName) ?? []
  const { to } = boundsOf(range, Date.now())
  // Rounded, so that what was found stays found while the time moves on.
  const until = range.kind === 'last' ? Math.ceil(to / 300_000) * 300_000 : to
  const from = Math.max(boundsOf(range, until).from, until - longestProfile)
  return (
    <div class="page wide">
      <GroupHead name={name} tab="timeline">
        <RangePicker />
      </GroupHead>
      <Panel
        title={view.isLatency ? 'Share of latency' : 'Share of CPU time'}
        about={
          view.isLatency
            ? 'How much of the time that threads had work had a function on the stack, running or waiting. What it calls is included.'
            : 'How much of the time on CPU had a function on the stack. What it calls is included.'
        }
        action="codeguru-profiler:BatchGetFrameMetricData"
        asked={asked}
        height={464}
        tools={
          <fieldset class="segments">
            <legend class="visually-hidden">Thread states</legend>
            {[false, true].map((isLatency) => (
              <label key={String(isLatency)}>
                <input
                  type="radio"
                  name="states"
                  checked={view.isLatency === isLatency}
                  onChange={() => show({ isLatency })}
                />
                <span>{isLatency ? 'Latency' : 'CPU'}</span>
              </label>
            ))}
          </fieldset>
        }
        empty={({ series }) =>
          series.endTimes.length === 0 ? (
            <p>No agent sent a profile in {rangeWords(range)}. Choose a longer or an earlier time.</p>
          ) : null
        }
      >
        {({ series, isChosen }) => (
          <Timeline
            group={name}
            range={range}
            series={series}
            isChosen={isChosen}
            onRemove={(frame) => show({ frames: shownFrames.filter((one) => one !== frame) })}
          />
        )}
      </Panel>
      <FrameSearch
        group={name}
        bounds={{ from, to: until }}
        chosen={shownFrames}
        isFull={shownFrames.length >= mostFrames}
        onChoose={(frame) =>
          show({
            frames: [...(view.frames.length === 0 ? shownFrames : view.frames), frame].slice(0, mostFrames),
          })
        }
      />
    </div>
  )
}

/** What is on CPU depends on what agents report; where that may not be seen, everything counts but IDLE. */
async function load(name: string, range: PageRange, view: TimelineView, signal: AbortSignal): Promise<Shown> {
  const bounds = boundsOf(range, Date.now())
  const counters = view.isLatency ? waiting : await onCpu(name, bounds, signal)
  const filter = counters.length === 0 ? {} : { counters }
  const isChosen = view.frames.length > 0
  const frames = isChosen ? view.frames : await heaviest(name, bounds, filter, signal)
  return { series: await fetchSeries(name, bounds, { frames, filter }, signal), isChosen }
}

type Bounds = ReturnType<typeof boundsOf>

async function onCpu(name: string, bounds: Bounds, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return cpuStates(await fetchSummary(name, bounds, 'P1D', signal))
  } catch (error) {
    if (signal.aborted) throw error
    return []
  }
}

/** The functions that are worked for most, themselves. Where they may not be seen, or there are none, nothing. */
async function heaviest(
  name: string,
  bounds: Bounds,
  filter: { readonly counters?: readonly string[] },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const question = { text: '', orderBy: 'self', maxResults: usualFrames, filter } as const
  try {
    const { hits } = await searchFrames(name, latestProfile(bounds), question, signal)
    return hits.filter(({ self }) => self > 0).map((hit) => hit.name)
  } catch (error) {
    if (signal.aborted) throw error
    return []
  }
}

interface TimelineProps {
  readonly group: string
  readonly range: PageRange
  readonly series: Series
  readonly isChosen: boolean
  onRemove(frame: string): void
}

function Timeline({ group, range, series, isChosen, onRemove }: TimelineProps) {
  const lines = frameLines(series)
  const step = resolutionMilliseconds(series.resolution)
  if (lines.length === 0) return <p>Add a function below to see how its share went.</p>
  return (
    <>
      {!isChosen && (
        <p class="quiet">These are the functions with most time of their own. Add others below.</p>
      )}
      <LineChart
        label="Share of functions over time"
        from={Date.parse(series.startTime)}
        to={Date.parse(series.endTime)}
        times={series.endTimes.map((end) => Date.parse(end) - step)}
        step={step}
        height={260}
        hasLegend={false}
        format={formatPercent}
        series={lines.map(({ name, shares }, look) => ({
          name: shortName(visibleText(name)),
          values: shares,
          look,
        }))}
        onBrush={(from, to) => chooseRange({ kind: 'between', from, to })}
      />
      <TableFrame label="Functions on view">
        <table class="rows timeline-frames">
          <thead>
            <tr>
              <th scope="col">Function</th>
              <th scope="col" class="number">
                Share
              </th>
              <th scope="col" class="number">
                Change{' '}
                <Explain term="change">
                  The share in the second half of the time, less that in the first.
                </Explain>
              </th>
              <th scope="col">
                <span class="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line, look) => (
              <FrameRow
                key={line.name}
                line={line}
                look={look}
                href={inspectHref(group, range, line.name)}
                onRemove={onRemove}
              />
            ))}
          </tbody>
        </table>
      </TableFrame>
    </>
  )
}

interface FrameRowProps {
  readonly line: FrameLine
  readonly look: number
  readonly href: string
  onRemove(frame: string): void
}

function FrameRow({ line: { name, share, change }, look, href, onRemove }: FrameRowProps) {
  const shown = visibleText(name)
  return (
    <tr>
      <th scope="row" class="frame-name">
        <LookSign look={look} />{' '}
        <a href={href} onClick={followLink} title={`${shown}\nWho calls it, and what it calls`}>
          {shortName(shown)}
        </a>
      </th>
      <td class="number">{formatPercent(share)}</td>
      <td class="number">{change === null ? '–' : pointsOf(change)}</td>
      <td class="number">
        <button
          type="button"
          class="button small plain"
          aria-label={`Remove ${shown}`}
          onClick={() => onRemove(name)}
        >
          Remove
        </button>
      </td>
    </tr>
  )
}

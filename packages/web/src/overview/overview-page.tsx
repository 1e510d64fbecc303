import { useComputed } from '@preact/signals'
import type { ProfilingGroupDescription } from '@wick/wire'
import { visibleText } from '@wick/wire/visible-text'
import {
  type Cost,
  type Found,
  fetchCost,
  fetchFleet,
  fetchHeap,
  fetchSummary,
  type Heap,
  type Summary,
  searchFrames,
} from '../api/group.ts'
import { describeGroup } from '../api/operations.ts'
import { useAnswer } from '../app/answer.ts'
import { Explain } from '../app/explain.tsx'
import { now } from '../app/now.ts'
import { Time } from '../app/time.tsx'
import { LineChart } from '../charts/line-chart.tsx'
import { yearlyCost, yearlyWords } from '../cost/cost.ts'
import { CostPanel } from '../cost/cost-panel.tsx'
import { TopFindings } from '../findings/top-findings.tsx'
import { formatBytes } from '../format/bytes.ts'
import { formatPercent, plural } from '../format/numbers.ts'
import { shortName } from '../format/short-name.ts'
import { Figure, Figures } from '../group/figures.tsx'
import { GroupHead } from '../group/group-frame.tsx'
import { isUnknown, NoGroupPage } from '../group/no-group-page.tsx'
import { Panel } from '../group/panel.tsx'
import { healthOf, lastReportOf } from '../groups/health.ts'
import { heapFigures } from '../heap/heap-figures.ts'
import { usePageTitle } from '../pages/page-title.ts'
import { boundsOf, latestProfile, longestProfile, rangeWords } from '../range/page-range.ts'
import { chooseRange, currentRange, RangePicker } from '../range/range-picker.tsx'
import { refreshMilliseconds, resolutionMilliseconds, stepFor } from '../range/steps.ts'
import { activityOf, activitySteps, cpuStates, isWallTime } from './activity.ts'
import { FleetTable, listedInstances } from './fleet-table.tsx'
import { TopFunctions } from './top-functions.tsx'

const readProfile = 'codeguru-profiler:GetProfile'
const describe = 'codeguru-profiler:DescribeProfilingGroup'
const listedFunctions = 10

/** One glance at a group: is it healthy, where does its time go, what does it cost, who reports. */
export function OverviewPage({ name }: { name: string }) {
  usePageTitle(`${name} · Overview`)
  const range = currentRange()
  const key = JSON.stringify([name, range])
  const refresh = range.kind === 'last' ? refreshMilliseconds : null
  const bounds = () => boundsOf(range, Date.now())
  const { from: first, to: last } = bounds()
  const isLong = last - first > longestProfile
  const description = useAnswer(key, (signal) => describeGroup(name, signal), refresh)
  const summary = useAnswer(key, (signal) => fetchSummary(name, bounds(), null, signal), refresh)
  const fleet = useAnswer(key, (signal) => fetchFleet(name, bounds(), signal, listedInstances), refresh)
  const cost = useAnswer(key, (signal) => fetchCost(name, bounds(), signal), refresh)
  const heap = useAnswer(key, (signal) => fetchHeap(name, bounds(), stepFor(bounds()), 1, signal), refresh)
  const counters = summary.answer.value.value === null ? null : cpuStates(summary.answer.value.value)
  const top = useAnswer<Found>(
    counters === null ? null : JSON.stringify([key, counters]),
    async (signal) => {
      if (counters!.length === 0) return { samples: 0, frames: 0, hits: [] }
      const question = {
        text: '',
        orderBy: 'self',
        maxResults: listedFunctions,
        filter: { counters: counters! },
      } as const
      return searchFrames(name, latestProfile(bounds()), question, signal)
    },
    refresh,
  )
  const known = useComputed(() => ({
    summary: summary.answer.value.value,
    top: top.answer.value.value,
    cost: cost.answer.value.value,
  })).value
  if (isUnknown(description)) return <NoGroupPage name={name} tab="overview" />
  return (
    <div class="page wide">
      <GroupHead
        name={name}
        tab="overview"
        note={<HealthNote description={description.answer.value.value} />}
      >
        <RangePicker />
      </GroupHead>
      <Headline
        {...known}
        isDenied={[summary, top].some(({ answer }) => answer.value.failure !== null)}
        words={rangeWords(range)}
      />
      <Panel
        title="Activity"
        about="What threads did while they had work: ran on a processor, were blocked by a lock, or waited for something else. Pooled threads without work do not count."
        action={readProfile}
        asked={summary}
        height={360}
        empty={({ fleet: { profiles } }) =>
          profiles === 0 ? <p>No agent sent a profile in {rangeWords(range)}.</p> : null
        }
      >
        {(value) => <ActivityFigures summary={value} />}
      </Panel>
      <Panel
        title="Most expensive functions"
        about={`Self is the time in the function itself, total includes what it calls; both are shares of ${
          known.summary === null ? 'the time on CPU' : measureWords(known.summary)
        }${isLong ? ', here of the last year only' : ''}.`}
        action={readProfile}
        asked={top}
        height={360}
        empty={({ hits }) =>
          hits.length === 0 ? <p>There are no samples on CPU in {rangeWords(range)}.</p> : null
        }
      >
        {(value) => (
          <TopFunctions
            group={name}
            range={range}
            found={value}
            cost={known.cost}
            isCostAwaited={cost.answer.value.isLoading}
            isWallTime={known.summary !== null && isWallTime(known.summary)}
          />
        )}
      </Panel>
      <TopFindings name={name} range={range} cost={cost} />
      <CostPanel asked={cost} />
      <Panel
        title="Heap"
        about="What the live objects of a process take, and how full its heap was at most."
        action={readProfile}
        asked={heap}
        height={72}
        empty={(value) =>
          value.steps.length === 0 ? (
            <p>
              No process sent a heap summary in {rangeWords(range)}. The Heap page says how to switch it on.
            </p>
          ) : null
        }
      >
        {(value) => <HeapLine heap={value} />}
      </Panel>
      <Panel
        title="Fleet"
        about="Who sent profiles in this time, and with which agent. Agent's time is the share of the sampled time that it spent on itself, as it reports."
        action={describe}
        asked={fleet}
        empty={({ instances }) =>
          instances.length === 0 ? <p>No agent sent a profile in {rangeWords(range)}.</p> : null
        }
      >
        {(value) => <FleetTable fleet={value} />}
      </Panel>
    </div>
  )
}

/** Whether the group is profiled and when it last reported. */
function HealthNote({ description }: { description: ProfilingGroupDescription | null }) {
  if (description === null) return null
  const at = lastReportOf(description)
  const { kind, words, about } = healthOf(description, now.value)
  return (
    <p class="health">
      <span class={`state ${kind}`}>{words}</span> <Explain term={words}>{about}</Explain>
      {at !== null && (
        <span class="quiet">
          {' '}
          last report <Time at={at} />
        </span>
      )}
    </p>
  )
}

interface HeadlineProps {
  readonly summary: Summary | null
  readonly top: Found | null
  readonly cost: Cost | null
  /** Whether the figures do not come. */
  readonly isDenied: boolean
  readonly words: string
}

/** The one sentence to take home: where the time goes, and what the most expensive function costs. */
function Headline({ summary, top, cost, isDenied, words }: HeadlineProps) {
  const heaviest = top?.hits[0]
  if (summary === null || top === null) return isDenied ? null : <p class="headline" />
  if (heaviest === undefined) return <p class="headline">Nothing ran on the processors in {words}.</p>
  const activity = activityOf(summary)
  const share = heaviest.self / top.samples
  const amount = cost === null ? null : yearlyCost(share, cost)
  return (
    <p class="headline">
      {activity !== null && (
        <>
          In {words} threads with work ran {formatPercent(activity.running)} of their time
          {activity.blocked >= 0.01 && <> and were blocked {formatPercent(activity.blocked)}</>}.{' '}
        </>
      )}
      The most expensive function is{' '}
      <code title={visibleText(heaviest.name)}>{shortName(visibleText(heaviest.name))}</code> with{' '}
      {formatPercent(share)} of {measureWords(summary)}
      {amount !== null && cost !== null && <>, about {yearlyWords(share, cost)}</>}.
    </p>
  )
}

/** What shares are of. */
function measureWords(summary: Summary): string {
  return isWallTime(summary) ? 'all sampled time, waiting included' : 'the time on CPU'
}

function ActivityFigures({ summary }: { summary: Summary }) {
  const activity = activityOf(summary)
  const steps = activitySteps(summary)
  const step = resolutionMilliseconds(summary.resolution)
  const line = (field: 'running' | 'blocked' | 'waiting') => steps.map((one) => one?.[field] ?? null)
  return (
    <>
      <Figures>
        <CpuFigure summary={summary} />
        {activity !== null && (
          <>
            <Figure
              label="Running"
              value={formatPercent(activity.running)}
              about="Of the time of threads with work. Above 90 % the processors limit, or something spins."
            />
            <Figure
              label="Blocked"
              value={formatPercent(activity.blocked)}
              about="Waiting for a lock. Much of it: threads stand in each other's way."
            />
            <Figure
              label="Waiting"
              value={formatPercent(activity.waiting)}
              about="For other services, disks, timers or other threads."
            />
          </>
        )}
        <Figure
          label="Agent's own time"
          value={summary.overhead === null ? '–' : formatPercent(summary.overhead.timeShare)}
          about={
            summary.overhead === null
              ? 'No agent says what it costs.'
              : `As agents report it, which takes at most ${summary.overhead.memoryInMB} MB of memory.`
          }
        />
        <Figure
          label="Hosts"
          value={summary.fleet.instances}
          about={`${plural(summary.fleet.profiles, 'profile')} in this time.`}
        />
      </Figures>
      {activity === null ? (
        <p class="quiet">
          The agents do not tell running from waiting: they report wall-clock time, as AWS's Python agent
          does.
        </p>
      ) : (
        <LineChart
          label="Share of the time of threads with work"
          from={Date.parse(summary.startTime)}
          to={Date.parse(summary.endTime)}
          times={summary.endTimes.map((end) => Date.parse(end) - step)}
          step={step}
          format={formatPercent}
          series={[
            { name: 'Running', values: line('running'), look: 0, isArea: true },
            { name: 'Waiting', values: line('waiting'), look: 1 },
            { name: 'Blocked', values: line('blocked'), look: 3 },
          ]}
          onBrush={(from, to) => chooseRange({ kind: 'between', from, to })}
        />
      )}
    </>
  )
}

/** How busy the hosts are, as far as it can be told. */
function CpuFigure({ summary: { cpu } }: { summary: Summary }) {
  if (cpu === null) return <Figure label="CPU" value="–" about="The agents do not tell which threads run." />
  if (cpu.utilisation !== null)
    return (
      <Figure
        label="CPU"
        value={formatPercent(cpu.utilisation)}
        about="Running threads of a host by its processors, on average over the fleet."
      />
    )
  return (
    <Figure
      label="Running threads"
      value={cpu.runningThreads === null ? '–' : cpu.runningThreads.toFixed(1)}
      about="Of a host at one time, on average. Not all hosts say how many processors they have."
    />
  )
}

function HeapLine({ heap }: { heap: Heap }) {
  const { averageUsed, averageCapacity, peakUsed } = heapFigures(heap)!
  return (
    <Figures>
      <Figure
        label="Average used"
        value={formatBytes(averageUsed)}
        about={
          averageCapacity > 0
            ? `${formatPercent(averageUsed / averageCapacity)} of ${formatBytes(averageCapacity)}.`
            : 'The capacity is not told.'
        }
      />
      <Figure label="Peak" value={formatBytes(peakUsed)} about="The fullest heap of one process." />
    </Figures>
  )
}

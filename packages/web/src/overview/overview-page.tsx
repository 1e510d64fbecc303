import { fetchFleet, fetchHeap } from '../api/group.ts'
import { useAnswer } from '../app/answer.ts'
import { formatBytes } from '../format/bytes.ts'
import { formatPercent } from '../format/numbers.ts'
import { Figure, Figures } from '../group/figures.tsx'
import { GroupHead } from '../group/group-frame.tsx'
import { Panel } from '../group/panel.tsx'
import { heapFigures } from '../heap/heap-figures.ts'
import { usePageTitle } from '../pages/page-title.ts'
import { boundsOf, rangeWords } from '../range/page-range.ts'
import { currentRange, RangePicker } from '../range/range-picker.tsx'
import { refreshMilliseconds, stepFor } from '../range/steps.ts'
import { FleetTable, listedInstances } from './fleet-table.tsx'

/** One glance at a group: is it healthy, where does its time go, what does it cost, who reports. */
export function OverviewPage({ name }: { name: string }) {
  usePageTitle(`${name} · Overview`)
  const range = currentRange()
  const key = JSON.stringify([name, range])
  const refresh = range.kind === 'last' ? refreshMilliseconds : null
  const fleet = useAnswer(
    key,
    (signal) => fetchFleet(name, boundsOf(range, Date.now()), signal, listedInstances),
    refresh,
  )
  const heap = useAnswer(
    key,
    (signal) => {
      const bounds = boundsOf(range, Date.now())
      return fetchHeap(name, bounds, stepFor(bounds), 1, signal)
    },
    refresh,
  )
  return (
    <div class="page wide">
      <GroupHead name={name} tab="overview">
        <RangePicker />
      </GroupHead>
      <Panel
        title="Heap"
        about="What the live objects of a process take, and how full its heap was at most."
        action="codeguru-profiler:GetProfile"
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
        {(value) => {
          const { averageUsed, averageCapacity, peakUsed } = heapFigures(value)!
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
        }}
      </Panel>
      <Panel
        title="Fleet"
        about="Who sent profiles in this time, and with which agent."
        action="codeguru-profiler:DescribeProfilingGroup"
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

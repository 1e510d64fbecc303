import { useSignal } from '@preact/signals'
import { visibleText } from '@wick/wire/visible-text'
import { fetchHeap, type Heap } from '../api/group.ts'
import { useAnswer } from '../app/answer.ts'
import { LineChart } from '../charts/line-chart.tsx'
import { formatBytes } from '../format/bytes.ts'
import { formatCount, formatPercent } from '../format/numbers.ts'
import { shortName } from '../format/short-name.ts'
import { Figure, Figures } from '../group/figures.tsx'
import { GroupHead } from '../group/group-frame.tsx'
import { Panel } from '../group/panel.tsx'
import { TableFrame } from '../group/table-frame.tsx'
import { usePageTitle } from '../pages/page-title.ts'
import { type Bounds, boundsOf, rangeWords } from '../range/page-range.ts'
import { chooseRange, currentRange, RangePicker } from '../range/range-picker.tsx'
import { refreshMilliseconds, stepFor, stepMilliseconds } from '../range/steps.ts'
import { heapFigures, type TypeFigures, typeFigures } from './heap-figures.ts'

const action = 'codeguru-profiler:GetProfile'
/** Types that have a row, and of them those that have a line. */
const listed = 50
const drawn = 6

interface Shown {
  readonly bounds: Bounds
  readonly step: number
  readonly heap: Heap
}

/** What fills the heaps of a group over time. */
export function HeapPage({ name }: { name: string }) {
  usePageTitle(`${name} · Heap`)
  const range = currentRange()
  const asked = useAnswer<Shown>(
    JSON.stringify([name, range]),
    async (signal) => {
      const bounds = boundsOf(range, Date.now())
      const step = stepFor(bounds)
      const heap = await fetchHeap(name, bounds, step, listed, signal)
      return { bounds, step: stepMilliseconds[step], heap }
    },
    range.kind === 'last' ? refreshMilliseconds : null,
  )
  const hasData = (asked.answer.value.value?.heap.steps.length ?? 0) > 0
  const onBrush = (from: number, to: number) => chooseRange({ kind: 'between', from, to })
  return (
    <div class="page wide">
      <GroupHead name={name} tab="heap">
        <RangePicker />
      </GroupHead>
      <Panel
        title="Used and capacity"
        about="Used is what the live objects take, mean over the group's processes; capacity is what the heap may grow to. Used that rises and never falls is a leak."
        action={action}
        asked={asked}
        height={300}
        empty={({ heap }) => (heap.steps.length === 0 ? <NoHeap words={rangeWords(range)} /> : null)}
      >
        {(shown) => <UsedAndCapacity {...shown} onBrush={onBrush} />}
      </Panel>
      {hasData && (
        <>
          <Panel
            title="Types over time"
            about={`The types with most bytes, ${drawn} at most, mean over the processes. Bytes are those of the objects themselves, not of what they hold on to.`}
            action={action}
            asked={asked}
            height={300}
          >
            {(shown) => <TypesOverTime {...shown} onBrush={onBrush} />}
          </Panel>
          <Panel
            title="Types"
            about="Growth is how much more a type takes at the end of the time than at its beginning, by a straight line through the steps."
            action={action}
            asked={asked}
          >
            {({ heap }) => <TypeTable heap={heap} />}
          </Panel>
        </>
      )}
    </div>
  )
}

function NoHeap({ words }: { words: string }) {
  return (
    <>
      <h3>No heap data in {words}</h3>
      <p>
        No process sent a heap summary. It is off unless it is asked for: with the Java agent add{' '}
        <code>heapSummaryEnabled:true</code> to the options of <code>-javaagent</code>, or set{' '}
        <code>AWS_CODEGURU_PROFILER_HEAP_SUMMARY_ENABLED=true</code> in the program's environment, and restart
        it. A Java program sends the first summary after a collection of the old generation, which can take a
        while.
      </p>
      <p class="quiet">AWS's Python agent has no heap summary. A longer range may hold some.</p>
    </>
  )
}

interface ChartProps extends Shown {
  onBrush(from: number, to: number): void
}

function UsedAndCapacity({ heap, bounds, step, onBrush }: ChartProps) {
  const figures = heapFigures(heap)!
  const { averageUsed, averageCapacity, peakUsed } = figures
  return (
    <>
      <Figures>
        <Figure label="Average used" value={formatBytes(averageUsed)} about="Mean over all heap summaries." />
        {averageCapacity > 0 && (
          <Figure
            label="Of capacity"
            value={formatPercent(averageUsed / averageCapacity)}
            about={`Capacity is ${formatBytes(averageCapacity)} on average.`}
          />
        )}
        <Figure label="Peak" value={formatBytes(peakUsed)} about="The fullest heap of one process." />
        <Figure
          label="Summaries"
          value={formatCount(figures.reports)}
          about="One for each report with heap data."
        />
      </Figures>
      <LineChart
        label="Heap used and capacity"
        {...bounds}
        times={heap.steps.map(({ start }) => start)}
        step={stepOf(heap, step)}
        gap={gapOf(bounds, step)}
        base={1024}
        format={formatBytes}
        series={[
          { name: 'Capacity', values: heap.steps.map(({ capacityBytes }) => capacityBytes), look: 6 },
          { name: 'Greatest used', values: heap.steps.map(({ maxUsedBytes }) => maxUsedBytes), look: 1 },
          { name: 'Used', values: heap.steps.map(({ usedBytes }) => usedBytes), look: 0, isArea: true },
        ]}
        onBrush={onBrush}
      />
    </>
  )
}

function TypesOverTime({ heap, bounds, step, onBrush }: ChartProps) {
  return (
    <LineChart
      label="Bytes by type"
      {...bounds}
      times={heap.steps.map(({ start }) => start)}
      step={stepOf(heap, step)}
      gap={gapOf(bounds, step)}
      base={1024}
      format={formatBytes}
      hasLegend
      series={heap.types.slice(0, drawn).map(({ name, bytes }, look) => ({
        name: shortName(visibleText(name)),
        values: bytes,
        look,
      }))}
      onBrush={onBrush}
    />
  )
}

/** Where finer data is gone, steps are longer than they were asked for. */
function stepOf({ steps }: Heap, asked: number): number {
  return steps.reduce((longest, { start, end }) => Math.max(longest, end - start), asked)
}

/** Heap summaries come when the heap was collected: now and then. A line that joins them is better read than dots. */
function gapOf({ from, to }: Bounds, step: number): number {
  return Math.max(step * 1.5, (to - from) / 24)
}

type Column = 'name' | 'bytes' | 'count' | 'growth'

const columns: readonly { readonly column: Column; readonly label: string }[] = [
  { column: 'name', label: 'Type' },
  { column: 'bytes', label: 'Bytes' },
  { column: 'count', label: 'Objects' },
  { column: 'growth', label: 'Growth' },
]

function TypeTable({ heap }: { heap: Heap }) {
  const order = useSignal<Column>('bytes')
  const rows = typeFigures(heap).sort((a, b) =>
    order.value === 'name' ? (a.name < b.name ? -1 : 1) : b[order.value] - a[order.value],
  )
  return (
    <TableFrame label="Types, as a table">
      <table class="rows">
        <thead>
          <tr>
            {columns.map(({ column, label }) => (
              <th
                key={column}
                scope="col"
                class={column === 'name' ? '' : 'number'}
                aria-sort={order.value !== column ? 'none' : column === 'name' ? 'ascending' : 'descending'}
              >
                <button
                  type="button"
                  onClick={() => {
                    order.value = column
                  }}
                >
                  {label}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <TypeRow key={row.name} row={row} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}

function TypeRow({ row }: { row: TypeFigures }) {
  const name = visibleText(row.name)
  const isGrowing = row.relativeGrowth > 0.1
  return (
    <tr>
      <th scope="row" class="frame-name" title={name}>
        {shortName(name)}
      </th>
      <td class="number">
        {formatBytes(row.bytes)} <span class="quiet">{formatPercent(row.share)}</span>
      </td>
      <td class="number">{formatCount(row.count)}</td>
      <td class={isGrowing ? 'number warn' : 'number'}>
        {Math.abs(row.growth) < 1
          ? '±0'
          : `${row.growth > 0 ? '▲ +' : '▼ −'}${formatBytes(Math.abs(row.growth))}`}
      </td>
    </tr>
  )
}

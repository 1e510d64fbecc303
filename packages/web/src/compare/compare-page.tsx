import { useSignal } from '@preact/signals'
import { decodePrunedTree } from '@wick/profile'
import { visibleText } from '@wick/wire/visible-text'
import { type Cost, fetchCost, fetchDiff, fetchFleet } from '../api/group.ts'
import { useAnswer } from '../app/answer.ts'
import { followLink, location, navigate } from '../app/location.ts'
import { TimeSpan } from '../app/time.tsx'
import { costBasis, formatMoney, yearlyCost } from '../cost/cost.ts'
import { chosenStates } from '../explorer/thread-states.ts'
import { formatCount, formatPercent, plural } from '../format/numbers.ts'
import { pointsOf } from '../format/points.ts'
import { shortName } from '../format/short-name.ts'
import { GroupHead } from '../group/group-frame.tsx'
import { inspectHref } from '../group/inspect-href.ts'
import { isDenied, MissingAction, Panel } from '../group/panel.tsx'
import { TableFrame } from '../group/table-frame.tsx'
import { usePageTitle } from '../pages/page-title.ts'
import { type Bounds, boundsOf, longestProfile, type PageRange } from '../range/page-range.ts'
import { chooseRange, currentRange, RangeChoice, RangeFields } from '../range/range-picker.tsx'
import { refreshMilliseconds } from '../range/steps.ts'
import {
  type CompareView,
  type Earlier,
  earlierBounds,
  filterOf,
  parseCompare,
  withCompare,
} from './compare-view.ts'
import { type ComparedFunction, type Comparison, comparedFunctions, compareSides } from './comparison.ts'
import { DiffGraph } from './diff-graph.tsx'
import { PartPicker } from './part-picker.tsx'

const usual: PageRange = { kind: 'last', span: '1h' }
/** Call paths: what changed matters, not the last percent of them. */
const maxNodes = 32_768
const rowsAtFirst = 50

interface Shown {
  readonly comparison: Comparison
  readonly before: Bounds
  readonly after: Bounds
}

/** Two times, or two parts of a fleet, beside each other: what became more, what less. */
export function ComparePage({ name }: { name: string }) {
  usePageTitle(`${name} · Compare`)
  const range = currentRange(usual)
  const view = parseCompare(location.value.search)
  const show = (change: Partial<CompareView>) =>
    navigate(location.value.pathname + withCompare(location.value.search, { ...view, ...change }))
  const { earlier, before, after, isLatency } = view
  const refresh = range.kind === 'last' ? refreshMilliseconds : null
  const asked = useAnswer<Shown>(
    JSON.stringify([name, range, earlier, before, after, isLatency]),
    async (signal) => {
      const bounds = boundsOf(range, Date.now())
      const sides = { before: earlierBounds(earlier, bounds), after: bounds }
      const body = await fetchDiff(
        name,
        { range: sides.before, filter: filterOf(before) },
        { range: sides.after, filter: filterOf(after) },
        maxNodes,
        signal,
      )
      const tree = decodePrunedTree(body)
      const present = [...new Set(tree.columns.map(({ counter }) => counter))].map((counter) => ({
        name: counter,
        samples: 1,
      }))
      const counters = chosenStates({ kind: isLatency ? 'latency' : 'cpu' }, present)
      return { comparison: compareSides(tree, counters), ...sides }
    },
    refresh,
  )
  const fleet = useAnswer(
    JSON.stringify([name, range, earlier]),
    (signal) => {
      const { from, to } = boundsOf(range, Date.now())
      return fetchFleet(name, { from: Math.min(from, earlierBounds(earlier, { from, to }).from), to }, signal)
    },
    null,
  )
  const cost = useAnswer<Cost>(
    JSON.stringify([name, range, after]),
    (signal) => fetchCost(name, boundsOf(range, Date.now()), signal, filterOf(after)),
    refresh,
  )
  const { failure } = fleet.answer.value
  const known = fleet.answer.value.value
  return (
    <div class="page wide">
      <GroupHead name={name} tab="compare" />
      <div class="panel sides">
        <div class="side">
          <h2>Before</h2>
          <EarlierPicker earlier={earlier} range={range} onChoose={(chosen) => show({ earlier: chosen })} />
          <PartPicker
            label="Fleet before"
            part={before}
            fleet={known}
            onChoose={(part) => show({ before: part })}
          />
        </div>
        <div class="side">
          <h2>After</h2>
          <RangeChoice range={range} longest={longestProfile} onChoose={chooseRange} />
          <PartPicker
            label="Fleet after"
            part={after}
            fleet={known}
            onChoose={(part) => show({ after: part })}
          />
        </div>
        {failure !== null && isDenied(failure) && (
          <MissingAction what="choose parts of the fleet" action="codeguru-profiler:DescribeProfilingGroup" />
        )}
      </div>
      <Panel
        title="What changed"
        about="Each function's share of its side, so that busier and quieter times can be compared. Changes that few samples explain are grey. Blue is less, orange more."
        action="codeguru-profiler:GetProfile"
        asked={asked}
        height={480}
        tools={<Tools view={view} onShow={show} />}
        empty={({ comparison }) =>
          comparison.before.samples + comparison.after.samples === 0 ? (
            <p>Neither side has samples in these thread states. Latency counts what waits, too.</p>
          ) : null
        }
      >
        {(shown) => (
          <>
            <Sides {...shown} />
            {view.shows === 'tree' ? (
              <DiffGraph comparison={shown.comparison} />
            ) : (
              <ChangeTable
                group={name}
                range={range}
                comparison={shown.comparison}
                by={view.by}
                // What waits costs nothing by itself: money is of the time on CPU.
                cost={isLatency ? null : cost.answer.value.value}
                isCostAwaited={!isLatency && cost.answer.value.isLoading}
              />
            )}
          </>
        )}
      </Panel>
    </div>
  )
}

const earlierWords: Readonly<Record<Exclude<Earlier['kind'], 'between'>, string>> = {
  previous: 'the time just before',
  day: 'the same time a day before',
  week: 'the same time a week before',
  same: 'the same time',
}

interface EarlierPickerProps {
  readonly earlier: Earlier
  readonly range: PageRange
  onChoose(earlier: Earlier): void
}

function EarlierPicker({ earlier, range, onChoose }: EarlierPickerProps) {
  const isOpen = useSignal(false)
  const isCustom = earlier.kind === 'between' || isOpen.value
  const choose = (kind: string) => {
    isOpen.value = kind === 'between'
    if (kind !== 'between') onChoose({ kind: kind as keyof typeof earlierWords })
  }
  const bounds = earlierBounds(earlier, boundsOf(range, Date.now()))
  return (
    <div class="range-picker">
      <select
        class="field"
        aria-label="Time before"
        value={isCustom ? 'between' : earlier.kind}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {Object.entries(earlierWords).map(([kind, words]) => (
          <option key={kind} value={kind}>
            {words}
          </option>
        ))}
        <option value="between">a chosen time</option>
      </select>
      {isCustom && (
        <RangeFields
          key={JSON.stringify(earlier)}
          range={{ kind: 'between', ...bounds }}
          longest={longestProfile}
          onChoose={(chosen) => {
            isOpen.value = false
            if (chosen.kind === 'between') onChoose(chosen)
          }}
        />
      )}
    </div>
  )
}

interface ToolsProps {
  readonly view: CompareView
  onShow(change: Partial<CompareView>): void
}

function Tools({ view, onShow }: ToolsProps) {
  return (
    <div class="panel-tools">
      <Segments
        label="Thread states"
        name="states"
        chosen={view.isLatency ? 'latency' : 'cpu'}
        choices={{ cpu: 'CPU', latency: 'Latency' }}
        onChoose={(states) => onShow({ isLatency: states === 'latency' })}
      />
      {view.shows === 'table' && (
        <Segments
          label="Measure"
          name="by"
          chosen={view.by}
          choices={{ self: 'Self', total: 'Total' }}
          onChoose={(by) => onShow({ by })}
        />
      )}
      <Segments
        label="View"
        name="show"
        chosen={view.shows}
        choices={{ table: 'Table', tree: 'Flame graph' }}
        onChoose={(shows) => onShow({ shows })}
      />
    </div>
  )
}

interface SegmentsProps<T extends string> {
  readonly label: string
  readonly name: string
  readonly chosen: T
  readonly choices: Readonly<Record<T, string>>
  onChoose(choice: T): void
}

function Segments<T extends string>({ label, name, chosen, choices, onChoose }: SegmentsProps<T>) {
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">{label}</legend>
      {(Object.keys(choices) as T[]).map((choice) => (
        <label key={choice}>
          <input type="radio" name={name} checked={choice === chosen} onChange={() => onChoose(choice)} />
          <span>{choices[choice]}</span>
        </label>
      ))}
    </fieldset>
  )
}

/** What stands beside each other, and how much there is of it. */
function Sides({ comparison, before, after }: Shown) {
  const [was, is] = comparison.tree.sides
  const words = (bounds: Bounds, side: { start: number; end: number } | undefined, samples: number) => (
    <>
      <TimeSpan from={side?.start ?? bounds.from} to={side?.end ?? bounds.to} />, {plural(samples, 'sample')}
    </>
  )
  return (
    <p class="quiet">
      Before: {words(before, was, comparison.before.samples)}. After:{' '}
      {words(after, is, comparison.after.samples)}.
    </p>
  )
}

interface ChangeTableProps {
  readonly group: string
  readonly range: PageRange
  readonly comparison: Comparison
  readonly by: 'self' | 'total'
  readonly cost: Cost | null
  /** Whether it may still come: it has its room from the start. */
  readonly isCostAwaited: boolean
}

function ChangeTable(props: ChangeTableProps) {
  const { group, range, comparison, by, cost, isCostAwaited } = props
  const shown = useSignal(rowsAtFirst)
  const filter = useSignal('')
  const wanted = filter.value.trim().toLowerCase()
  const all = comparedFunctions(comparison, by)
  const rows = wanted === '' ? all : all.filter(({ name }) => name.toLowerCase().includes(wanted))
  // A point at least: else noise would fill the bars.
  const greatest = Math.max(0.01, Math.abs(all[0]?.change ?? 0))
  const priced = cost !== null && cost.priced > 0 ? cost : null
  const hasCost = cost !== null || isCostAwaited
  return (
    <>
      <input
        class="field table-filter"
        type="search"
        placeholder="Filter functions"
        aria-label="Filter functions by name"
        value={filter.value}
        onInput={(event) => {
          filter.value = event.currentTarget.value
        }}
      />
      <TableFrame label="Functions by change">
        <table class="rows changes">
          <thead>
            <tr>
              <th scope="col">Function</th>
              <th scope="col" class="number">
                Before
              </th>
              <th scope="col" class="number">
                After
              </th>
              <th scope="col" class="number" aria-sort="descending">
                Change
              </th>
              {hasCost && (
                <th scope="col" class="number">
                  Cost a year
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown.value).map((row) => (
              <ChangeRow
                key={row.name}
                row={row}
                greatest={greatest}
                cost={priced}
                hasCost={hasCost}
                href={inspectHref(group, range, row.name)}
              />
            ))}
          </tbody>
        </table>
        <p class="table-foot quiet">
          {rows.length > shown.value ? (
            <button
              type="button"
              class="button small"
              onClick={() => {
                shown.value *= 4
              }}
            >
              Show more of {formatCount(rows.length)}
            </button>
          ) : (
            `${plural(rows.length, 'function')}.`
          )}
          {priced !== null && ` Cost: change × what the fleet costs. ${costBasis(priced)}`}
        </p>
      </TableFrame>
    </>
  )
}

interface ChangeRowProps {
  readonly row: ComparedFunction
  /** Change that fills the bar. */
  readonly greatest: number
  readonly cost: Cost | null
  readonly hasCost: boolean
  readonly href: string
}

function ChangeRow({ row, greatest, cost, hasCost, href }: ChangeRowProps) {
  const { name, before, after, change, isNoise } = row
  const shown = visibleText(name)
  const kind = isNoise ? 'same' : change > 0 ? 'more' : 'less'
  const amount = cost === null || isNoise ? null : yearlyCost(Math.abs(change), cost)
  return (
    <tr class={isNoise ? 'noise' : ''}>
      <th scope="row" class="frame-name">
        <a href={href} onClick={followLink} title={`${shown}\nWho calls it, and what it calls`}>
          {shortName(shown)}
        </a>
        {!isNoise && before === 0 && <span class="badge">new</span>}
        {!isNoise && after === 0 && <span class="badge">gone</span>}
      </th>
      <td class="number">{formatPercent(before)}</td>
      <td class="number">{formatPercent(after)}</td>
      <td class="number change" title={isNoise ? 'Within what chance explains' : undefined}>
        <i class={`change-bar ${kind}`} style={{ width: `${(Math.abs(change) / greatest) * 100}%` }} />
        {pointsOf(change)}
      </td>
      {hasCost && (
        <td class="number">
          {cost === null || amount === null
            ? '–'
            : `${change > 0 ? '+' : '−'}${formatMoney(amount, cost.currency)}`}
        </td>
      )}
    </tr>
  )
}

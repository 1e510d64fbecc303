import { untracked, useComputed, useSignal, useSignalEffect } from '@preact/signals'
import { visibleText } from '@wick/wire/visible-text'
import { useEffect, useRef } from 'preact/hooks'
import { Explain } from '../app/explain.tsx'
import type { CostWords } from '../cost/cost.ts'
import { kindOf } from '../flame-graph/colours.ts'
import type { FrameKind } from '../flame-graph/frame-kind.ts'
import type { FunctionTable as Functions } from '../flame-graph/functions.ts'
import { formatCount, formatShare, plural } from '../format/numbers.ts'
import { shortName } from '../format/short-name.ts'
import type { Explorer } from './explorer.ts'
import type { Profile } from './profile.ts'
import type { SortColumn } from './view-state.ts'

const rowHeight = 32
/** Rows beyond the visible ones, above and below. */
const spare = 10

interface Sheet {
  readonly functions: Functions
  readonly profile: Profile
  /** What the shares are of. */
  readonly samples: number
}

/**
 * The same data as a table: every function, by self or total; in the overview those below the zoomed frame. It follows
 * steps and search.
 */
export function FunctionTable({ explorer }: { explorer: Explorer }) {
  const sheet = useSignal<Sheet | null>(null)
  useSignalEffect(() => {
    const profile = explorer.profile.value
    const top = explorer.main.zoom.value.box
    if (profile === null) return
    let isOld = false
    untracked(async () => {
      const functions = await explorer.functions()
      const { width } = profile.main.layout
      const isOverview = explorer.view.value.view === 'overview'
      if (!isOld) sheet.value = { functions, profile, samples: isOverview ? width[top]! : profile.samples }
    })
    return () => {
      isOld = true
    }
  })
  const rows = useComputed(() => {
    if (sheet.value === null) return []
    const { functions, profile } = sheet.value
    const matches = explorer.found.value?.names
    const all = [...functions.name.keys()]
    const kept = matches === undefined ? all : all.filter((row) => matches[functions.name[row]!] === 1)
    const { sort, isReversed } = explorer.view.value
    kept.sort(orders[sort](functions, profile))
    return isReversed ? kept.reverse() : kept
  })
  if (sheet.value === null) return <div class="table-scroll" aria-busy="true" />
  return <Rows explorer={explorer} sheet={sheet.value} rows={rows.value} />
}

function Rows({ explorer, sheet, rows }: { explorer: Explorer; sheet: Sheet; rows: readonly number[] }) {
  const scroller = useRef<HTMLDivElement>(null)
  const first = useSignal(0)
  const count = useSignal(40)
  useEffect(() => {
    const element = scroller.current!
    const measure = () => {
      first.value = Math.max(0, Math.floor(element.scrollTop / rowHeight) - spare)
      count.value = Math.ceil(element.clientHeight / rowHeight) + 2 * spare
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [])
  const from = Math.min(first.value, Math.max(0, rows.length - 1))
  const shown = rows.slice(from, from + count.value)
  const below = rows.length - from - shown.length
  const { sort } = explorer.view.value
  const isPriced = explorer.isPriced.value
  const columns = isPriced ? 4 : 3
  const isFiltered = explorer.found.value !== null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs the keyboard
    <div ref={scroller} class="table-scroll" tabIndex={0} role="region" aria-label="Functions">
      <table class="rows functions" aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <SortHead explorer={explorer} column="name" label="Function" />
            <SortHead explorer={explorer} column="self" label="Self" />
            <SortHead explorer={explorer} column="total" label="Total" />
            {isPriced && <SortHead explorer={explorer} column="cost" label="Cost" />}
          </tr>
        </thead>
        <tbody>
          {from > 0 && <Gap rows={from} columns={columns} />}
          {shown.map((row, i) => (
            <FunctionRow
              key={sheet.functions.name[row]}
              explorer={explorer}
              sheet={sheet}
              row={row}
              index={from + i}
              sort={sort}
              isPriced={isPriced}
            />
          ))}
          {below > 0 && <Gap rows={below} columns={columns} />}
        </tbody>
      </table>
      {rows.length === 0 && (
        <p class="table-empty">
          {isFiltered ? 'No function matches the search.' : 'No samples in these thread states.'}
        </p>
      )}
      {rows.length > 0 && <p class="table-foot quiet">{plural(rows.length, 'function')}</p>}
    </div>
  )
}

interface FunctionRowProps {
  readonly explorer: Explorer
  readonly sheet: Sheet
  readonly row: number
  readonly index: number
  readonly sort: SortColumn
  readonly isPriced: boolean
}

function FunctionRow({ explorer, sheet, row, index, sort, isPriced }: FunctionRowProps) {
  const { functions, profile, samples } = sheet
  const name = profile.nameOf(functions.name[row]!)
  const file = functions.file[row]!
  const kind = kindOfRow(explorer, profile, name, file)
  const shown = visibleText(name)
  const place = profile.place(file, functions.firstLine[row]!, functions.lastLine[row]!)
  return (
    <tr aria-rowindex={index + 2}>
      <th scope="row">
        <i class={`swatch ${kind}`} title={kindWords[kind]} />
        <button
          type="button"
          class="frame-name"
          title={`${shown}\n${place}\nInspect its callers and callees`}
          onClick={() => explorer.inspect(name)}
        >
          <ShortName name={shown} />
        </button>
        <span class="frame-place">{place}</span>
      </th>
      <Figure samples={functions.self[row]!} all={samples} isSorted={sort === 'self'} />
      <Figure samples={functions.total[row]!} all={samples} isSorted={sort === 'total'} />
      {isPriced && (
        <CostFigure
          cost={explorer.cost.value?.(functions.total[row]!) ?? null}
          isAwaited={explorer.isCostAwaited.value}
          isSorted={sort === 'cost'}
        />
      )}
    </tr>
  )
}

/** Short to the eye, whole to a screen reader. */
function ShortName({ name }: { name: string }) {
  const short = shortName(name)
  if (short === name) return <>{name}</>
  return (
    <>
      <span aria-hidden="true">{short}</span>
      <span class="visually-hidden">{name}</span>
    </>
  )
}

function kindOfRow(explorer: Explorer, profile: Profile, name: string, file: number): FrameKind {
  return kindOf(name, profile.place(file, -1, -1), explorer.rules.rules.value)
}

const kindWords = { mine: 'my code', dependency: 'dependency', runtime: 'runtime' } as const

/** A share with its bar, and the samples. */
function Figure({ samples, all, isSorted }: { samples: number; all: number; isSorted: boolean }) {
  return (
    <td class={isSorted ? 'number sorted' : 'number'}>
      <i class="share-bar" style={{ width: `${(samples / all) * 100}%` }} />
      <span class="share">
        {formatShare(samples / all)}
        <span class="quiet">{'\u202f%'}</span>
      </span>
      <span class="samples quiet">{formatCount(samples)}</span>
    </td>
  )
}

interface CostFigureProps {
  readonly cost: CostWords | null
  /** Whether it may still come. */
  readonly isAwaited: boolean
  readonly isSorted: boolean
}

function CostFigure({ cost, isAwaited, isSorted }: CostFigureProps) {
  return (
    <td class={isSorted ? 'number sorted' : 'number'}>
      {cost === null ? (
        !isAwaited && '–'
      ) : (
        <>
          {cost.year} <span class="samples quiet">{cost.month}</span>
        </>
      )}
    </td>
  )
}

function SortHead({ explorer, column, label }: { explorer: Explorer; column: SortColumn; label: string }) {
  const { sort, isReversed } = explorer.view.value
  const isSorted = sort === column
  const isUp = (column === 'name') !== isReversed
  return (
    <th
      scope="col"
      class={column === 'name' ? '' : 'number'}
      aria-sort={isSorted ? (isUp ? 'ascending' : 'descending') : 'none'}
    >
      <button
        type="button"
        onClick={() => explorer.show({ sort: column, isReversed: isSorted && !isReversed }, true)}
      >
        {label}
      </button>{' '}
      {column !== 'name' && <Explain term={label}>{about[column]}</Explain>}
    </th>
  )
}

const about: Readonly<Record<Exclude<SortColumn, 'name'>, string>> = {
  self: 'Samples in which the function itself ran, or waited: nothing it called.',
  total: 'Samples with the function anywhere on the stack; recursion counts once.',
  cost: 'What the hosts cost in a year and in a month, by the share of samples with the function anywhere on the stack.',
}

/** Stands in for rows that are scrolled away. */
function Gap({ rows, columns }: { rows: number; columns: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row is not focusable
    <tr aria-hidden="true">
      <td colSpan={columns} class="gap" style={{ height: `${rows * rowHeight}px` }} />
    </tr>
  )
}

type Order = (functions: Functions, profile: Profile) => (a: number, b: number) => number

const byTotal: Order =
  ({ self, total }) =>
  (a, b) =>
    total[b]! - total[a]! || self[b]! - self[a]!

const orders: Readonly<Record<SortColumn, Order>> = {
  self:
    ({ self, total }) =>
    (a, b) =>
      self[b]! - self[a]! || total[b]! - total[a]!,
  total: byTotal,
  // What a function costs is its part of the total.
  cost: byTotal,
  name: ({ name }, profile) => {
    const text = (row: number) => profile.nameOf(name[row]!)
    return (a, b) => (text(a) < text(b) ? -1 : 1)
  },
}

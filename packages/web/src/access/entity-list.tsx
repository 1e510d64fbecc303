import { type Signal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { followLink } from '../app/location.ts'
import { type AccessSection, accessHref } from '../app/routes.ts'
import { plural } from '../format/numbers.ts'

export function FilterField({ label, value }: { label: string; value: Signal<string> }) {
  return (
    <input
      class="field"
      type="search"
      placeholder="Filter by name"
      aria-label={label}
      value={value.value}
      onInput={(event) => {
        value.value = event.currentTarget.value
      }}
    />
  )
}

/** Those whose name holds what was typed, by name. */
export function matching<T>(items: readonly T[], typed: string, nameOf: (item: T) => string): T[] {
  const wanted = typed.trim().toLowerCase()
  return items
    .filter((item) => nameOf(item).toLowerCase().includes(wanted))
    .sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'en'))
}

/** @param text shown in place of the name */
export function NameLink({
  section,
  name,
  text = name,
}: {
  section: AccessSection
  name: string
  text?: string
}) {
  return (
    <a href={accessHref(section, name)} onClick={followLink}>
      {text}
    </a>
  )
}

interface RowsProps<T> {
  readonly columns: readonly string[]
  /** Those that are found. */
  readonly items: readonly T[]
  /** How many there are. */
  readonly all: number
  readonly noun: string
  /** Where there are none at all. */
  readonly none?: string
  readonly row: (item: T) => ComponentChildren
}

/** Of some rows each asks the server. */
const rowsAtOnce = 50

/** A table of a list that may be long: the first rows, then more on demand. */
export function Rows<T>({ columns, items, all, noun, none, row }: RowsProps<T>) {
  const limit = useSignal(rowsAtOnce)
  if (all === 0) return <p>{none ?? `There are no ${noun}s yet.`}</p>
  const nouns = `${noun.replace(/y$/, 'ie')}s`
  if (items.length === 0) return <p>None of {plural(all, noun, nouns)} has that in its name.</p>
  return (
    <>
      <div class="scroll">
        <table class="rows">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{items.slice(0, limit.value).map(row)}</tbody>
        </table>
      </div>
      <p class="quiet">
        {items.length === all ? plural(all, noun, nouns) : `${items.length} of ${plural(all, noun, nouns)}`}
        {items.length > limit.value && (
          <button
            type="button"
            class="button small more"
            onClick={() => {
              limit.value += rowsAtOnce
            }}
          >
            Show more
          </button>
        )}
      </p>
    </>
  )
}

export function RowsSkeleton() {
  return (
    <div class="skeleton-rows" role="img" aria-label="Loading">
      {Array.from({ length: 6 }, (_, i) => (
        <i key={i} />
      ))}
    </div>
  )
}

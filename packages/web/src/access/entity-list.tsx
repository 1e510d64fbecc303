import { type Signal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { Loaded } from '../app/loaded.ts'
import { followLink } from '../app/location.ts'
import { type AccessSection, accessHref } from '../app/routes.ts'
import { Trouble } from '../app/trouble.tsx'
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

interface EntityListProps<T> {
  readonly loaded: Loaded<readonly T[]>
  readonly noun: string
  readonly columns: readonly string[]
  /** Those to show, in order. */
  find(all: readonly T[]): readonly T[]
  row(item: T): ComponentChildren
}

/** Of some rows each asks the server. */
const rowsAtOnce = 50

/** A table of a list that may be long: the first rows, then more on demand. */
export function EntityList<T>({ loaded, noun, columns, find, row }: EntityListProps<T>) {
  const limit = useSignal(rowsAtOnce)
  const { value, failure, reload } = loaded
  const nouns = noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`
  if (value === null) {
    if (failure === null) return <RowsSkeleton />
    return <Trouble what={`The ${nouns} could not be loaded.`} failure={failure} onRetry={reload} />
  }
  const found = find(value)
  if (value.length === 0) return <p>There are no {nouns} yet.</p>
  return (
    <>
      {failure !== null && <Trouble what="This list is from before." failure={failure} onRetry={reload} />}
      {found.length > 0 && (
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
            <tbody>{found.slice(0, limit.value).map(row)}</tbody>
          </table>
        </div>
      )}
      <p class="quiet">
        {found.length === value.length
          ? plural(value.length, noun, nouns)
          : `${found.length} of ${plural(value.length, noun, nouns)}`}
        {found.length > limit.value && (
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

function RowsSkeleton() {
  return (
    <div class="skeleton-rows" role="img" aria-label="Loading">
      {Array.from({ length: 6 }, (_, i) => (
        <i key={i} />
      ))}
    </div>
  )
}

import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { formatCount, formatPercent } from '../format/numbers.ts'
import type { Explorer } from './explorer.ts'

const pauseMilliseconds = 150

export function SearchField({ explorer }: { explorer: Explorer }) {
  const { search } = explorer.view.value
  const text = useSignal(search)
  // The link says it only where there is something to search for.
  const isPattern = useSignal(explorer.view.value.isPattern)
  const timer = useRef(0)
  // The URL may change without this field: back, forward, a click in the menu.
  useEffect(() => {
    if (search !== text.peek().trim()) text.value = search
    if (search !== '') isPattern.value = explorer.view.value.isPattern
  }, [search, explorer.view.value.isPattern])

  const apply = (replace: boolean) => {
    clearTimeout(timer.current)
    if (text.value.trim() !== explorer.view.value.search)
      explorer.show({ search: text.value.trim(), isPattern: isPattern.value }, replace)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      apply(true)
      if (explorer.found.value !== null) explorer.goToMatch(event.shiftKey ? -1 : 1)
    } else if (event.key === 'Escape') {
      text.value = ''
      apply(true)
      document.querySelector<HTMLElement>('.flame-scroll, .table-scroll')?.focus()
    } else return
    event.preventDefault()
    // Escape here must not zoom out as well.
    event.stopPropagation()
  }
  const problem = explorer.searchProblem.value
  return (
    <div class="search" role="search">
      <span class="search-box">
        <input
          class="field"
          type="search"
          id="frame-search"
          placeholder="Search functions"
          aria-label="Search functions"
          aria-keyshortcuts="/"
          aria-invalid={problem !== null}
          spellcheck={false}
          autocomplete="off"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value
            clearTimeout(timer.current)
            timer.current = window.setTimeout(() => apply(true), pauseMilliseconds)
          }}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          class="pattern-toggle"
          aria-label="Regular expression"
          title="Read the text as a regular expression"
          aria-pressed={isPattern.value}
          onClick={() => {
            isPattern.value = !isPattern.value
            explorer.show({ isPattern: isPattern.value, search: text.value.trim() }, true)
          }}
        >
          .*
        </button>
      </span>
      {problem === null ? (
        <Matches explorer={explorer} />
      ) : (
        <span class="search-problem" role="alert" title={problem}>
          {problem}
        </span>
      )}
    </div>
  )
}

function Matches({ explorer }: { explorer: Explorer }) {
  const found = explorer.found.value
  const drawing = explorer.main.drawing.value
  if (found === null || drawing === null) return null
  const count = found.boxes.length
  if (count === 0) return <span class="matches">No matches</span>
  const number = explorer.matchNumber.value
  const share = found.samples / drawing.layout.width[explorer.main.zoom.value.box]!
  return (
    <span class="matches">
      <span class="match-share" title="Samples with a match anywhere on their stack, each counted once">
        {formatPercent(share)}
      </span>
      <span class="quiet">
        {number > 0 ? `${formatCount(number)} of ${formatCount(count)}` : formatCount(count)}
      </span>
      <button
        type="button"
        class="button icon"
        aria-label="Previous match"
        title="Previous match (N)"
        onClick={() => explorer.goToMatch(-1)}
      >
        <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
          <path class="stroke" d="M2 8l4-4 4 4" />
        </svg>
      </button>
      <button
        type="button"
        class="button icon"
        aria-label="Next match"
        title="Next match (n)"
        onClick={() => explorer.goToMatch(1)}
      >
        <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
          <path class="stroke" d="M2 4l4 4 4-4" />
        </svg>
      </button>
    </span>
  )
}

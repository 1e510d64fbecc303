import { useSignal } from '@preact/signals'
import { visibleText } from '@wick/wire/visible-text'
import { useId } from 'preact/hooks'
import { searchFrames } from '../api/group.ts'
import { useAnswer } from '../app/answer.ts'
import { formatPercent } from '../format/numbers.ts'
import { shortName } from '../format/short-name.ts'
import type { Bounds } from '../range/page-range.ts'

interface FrameSearchProps {
  readonly group: string
  readonly bounds: Bounds
  /** Names that need not be offered. */
  readonly chosen: readonly string[]
  readonly isFull: boolean
  onChoose(name: string): void
}

const offered = 12

/** Finds frames by a part of their name: arrows walk what is found, Enter takes it. */
export function FrameSearch({ group, bounds, chosen, isFull, onChoose }: FrameSearchProps) {
  const id = useId()
  const text = useSignal('')
  const active = useSignal(0)
  const wanted = text.value.trim()
  const { answer } = useAnswer(
    wanted === '' ? null : JSON.stringify([group, wanted, bounds.from, bounds.to]),
    async (signal) => {
      // While somebody types, not every letter is a question.
      await new Promise((resolve) => setTimeout(resolve, 150))
      signal.throwIfAborted()
      return searchFrames(group, bounds, { text: wanted, orderBy: 'total', maxResults: offered }, signal)
    },
  )
  const { value, failure } = answer.value
  const hits = wanted === '' ? [] : (value?.hits ?? []).filter(({ name }) => !chosen.includes(name))
  const at = Math.min(active.value, hits.length - 1)
  const choose = (name: string) => {
    text.value = ''
    active.value = 0
    onChoose(name)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') active.value = Math.min(hits.length - 1, at + 1)
    else if (event.key === 'ArrowUp') active.value = Math.max(0, at - 1)
    else if (event.key === 'Enter' && hits[at] !== undefined) choose(hits[at].name)
    else if (event.key === 'Escape') text.value = ''
    else return
    event.preventDefault()
  }
  return (
    <div class="frame-search">
      <input
        class="field"
        type="text"
        role="combobox"
        placeholder={isFull ? 'Remove a function to add another' : 'Add a function by name'}
        aria-label="Add a function by name"
        aria-autocomplete="list"
        aria-expanded={hits.length > 0}
        aria-controls={`${id}-list`}
        {...(hits.length > 0 && { 'aria-activedescendant': `${id}-${at}` })}
        disabled={isFull}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value
          active.value = 0
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} role="listbox" aria-label="Functions found" hidden={hits.length === 0}>
        {hits.map(({ name, total }, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
          <div
            key={name}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            onClick={() => choose(name)}
          >
            <span class="frame-name" title={visibleText(name)}>
              {shortName(visibleText(name))}
            </span>
            <span class="quiet">{formatPercent(total / value!.samples)}</span>
          </div>
        ))}
      </div>
      {wanted !== '' && hits.length === 0 && (failure !== null || value !== null) && (
        <p class="quiet" role="status">
          {failure === null
            ? 'No other function has that in its name.'
            : failure.code === 'AccessDeniedException'
              ? 'To search you need codeguru-profiler:GetProfile on this group.'
              : failure.message}
        </p>
      )}
    </div>
  )
}

import { useId } from 'preact/hooks'
import { formatPercent, plural } from '../format/numbers.ts'
import type { Explorer } from './explorer.ts'
import { type StateChoice, stateMeaning, toggleState } from './thread-states.ts'

/** Which thread states the picture adds up: ready-made choices, and each state by itself, with what it means. */
export function StatePicker({ explorer }: { explorer: Explorer }) {
  const id = useId()
  const { states: choice } = explorer.view.value
  const present = explorer.profile.value?.states ?? null
  const chosen = explorer.chosen.value
  return (
    <div class="state-picker">
      <fieldset class="segments">
        <legend class="visually-hidden">Thread states</legend>
        {presets.map(({ kind, label }) => (
          <label key={kind}>
            <input
              type="radio"
              name="states"
              checked={choice.kind === kind}
              onChange={() =>
                explorer.show({ states: kind === 'custom' ? { kind, states: [...chosen].sort() } : { kind } })
              }
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <button type="button" class="button states-button" popoverTarget={id}>
        {present === null ? 'States' : `${chosen.size} of ${plural(present.length, 'state')}`}
      </button>
      <div id={id} class="explanation states" role="group" aria-label="Single thread states" popover="auto">
        <StateList explorer={explorer} />
        <dl class="facts">
          {presets.map(({ label, words }) => (
            <>
              <dt>{label}</dt>
              <dd>{words}</dd>
            </>
          ))}
        </dl>
      </div>
    </div>
  )
}

/** The states of the profile, each to be switched. */
function StateList({ explorer }: { explorer: Explorer }) {
  const present = explorer.profile.value?.states ?? []
  const chosen = explorer.chosen.value
  const all = present.reduce((sum, { samples }) => sum + samples, 0)
  return (
    <ul>
      {present.map(({ name, samples }) => (
        <li key={name}>
          <button
            type="button"
            class="chip"
            aria-pressed={chosen.has(name)}
            onClick={() => explorer.show({ states: toggleState(chosen, name) })}
          >
            {name} <span class="quiet">{formatPercent(samples / all)}</span>
          </button>
          <span class="quiet">{stateMeaning(name)}</span>
        </li>
      ))}
    </ul>
  )
}

const presets: readonly { kind: StateChoice['kind']; label: string; words: string }[] = [
  { kind: 'cpu', label: 'CPU', words: 'Threads that run: RUNNABLE, BLOCKED and NATIVE.' },
  { kind: 'latency', label: 'Latency', words: 'Everything that a request waits for: all states but IDLE.' },
  { kind: 'custom', label: 'Custom', words: 'States chosen one by one.' },
]

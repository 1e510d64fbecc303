import { formatCount, formatPercent } from '../format/numbers.ts'
import type { Explorer } from './explorer.ts'
import { hasOnlyWallTime, type StateChoice, stateMeaning, toggleState } from './thread-states.ts'

/** Which thread states the picture adds up: two ready-made choices, and each state by itself. */
export function StatePicker({ explorer }: { explorer: Explorer }) {
  const { states: choice } = explorer.view.value
  const present = explorer.profile.value?.states ?? []
  const chosen = explorer.chosen.value
  const all = present.reduce((sum, { samples }) => sum + samples, 0)
  return (
    <div class="state-picker">
      <fieldset class="segments">
        <legend class="visually-hidden">Thread states</legend>
        {presets.map(({ kind, label, words }) => (
          <label key={kind} title={words}>
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
      {present.length > 0 && !hasOnlyWallTime(present) && (
        <div class="chips" role="group" aria-label="Single thread states">
          {present.map(({ name, samples }) => (
            <button
              type="button"
              key={name}
              class="chip"
              aria-pressed={chosen.has(name)}
              title={[stateMeaning(name), `${formatCount(samples)} samples`].filter(Boolean).join(' · ')}
              onClick={() => explorer.show({ states: toggleState(chosen, name) })}
            >
              {name} <span class="quiet">{formatPercent(samples / all)}</span>
            </button>
          ))}
        </div>
      )}
    </div>
  )
}

const presets: readonly { kind: StateChoice['kind']; label: string; words: string }[] = [
  { kind: 'cpu', label: 'CPU', words: 'Threads that run: RUNNABLE, BLOCKED and NATIVE' },
  { kind: 'latency', label: 'Latency', words: 'Everything that a request waits for: all states but IDLE' },
  { kind: 'custom', label: 'Custom', words: 'Choose thread states one by one' },
]

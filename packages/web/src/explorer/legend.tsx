import { Explain } from '../app/explain.tsx'
import { colourOfState } from '../flame-graph/colours.ts'
import type { SiblingOrder } from '../flame-graph/layout.ts'
import { stateColour } from '../flame-graph/palette.ts'
import type { ColourMode } from '../worker/messages.ts'
import type { Explorer } from './explorer.ts'

const words: Readonly<Record<ColourMode, { readonly label: string; readonly about: string }>> = {
  code: {
    label: 'Whose code',
    about: 'Your code, what it builds on, and the runtime below. A first guess; correct it.',
  },
  package: { label: 'Package', about: 'One hue for each package or module, the same in every picture.' },
  state: { label: 'Thread state', about: 'The state that most of a frame’s samples were in.' },
}

const modes = Object.keys(words) as ColourMode[]

/** What the colours mean, each with its second sign, and which meaning they have. */
export function Legend({ explorer, onCorrect }: { explorer: Explorer; onCorrect(): void }) {
  const { colour, order } = explorer.view.value
  return (
    <div class="legend">
      {colour === 'code' && <CodeKey />}
      {colour === 'state' && <StateKey explorer={explorer} />}
      {colour === 'code' && (
        <button type="button" class="link" onClick={onCorrect}>
          Correct…
        </button>
      )}
      <span class="grow" />
      <label>
        <span class="quiet">Colour</span>
        <select
          class="field"
          value={colour}
          onChange={(event) => explorer.show({ colour: event.currentTarget.value as ColourMode }, true)}
        >
          {modes.map((mode) => (
            <option key={mode} value={mode}>
              {words[mode].label}
            </option>
          ))}
        </select>
      </label>
      <Explain term="colours">
        {modes.map((mode) => (
          <span key={mode} class="term">
            <strong>{words[mode].label}</strong> {words[mode].about}
          </span>
        ))}
      </Explain>
      <label title="What stands side by side: the heaviest first, or by name, so that two profiles can be compared.">
        <span class="quiet">Order</span>
        <select
          class="field"
          value={order}
          onChange={(event) => explorer.show({ order: event.currentTarget.value as SiblingOrder }, true)}
        >
          <option value="weight">By weight</option>
          <option value="name">By name</option>
        </select>
      </label>
    </div>
  )
}

function CodeKey() {
  return (
    <ul aria-label="Colours">
      <li>
        <i class="swatch mine" />
        my code
      </li>
      <li>
        <i class="swatch dependency" />
        dependencies
      </li>
      <li>
        <i class="swatch runtime" />
        runtime
      </li>
      <li>
        <i class="swatch strip" />
        too narrow
      </li>
    </ul>
  )
}

function StateKey({ explorer }: { explorer: Explorer }) {
  const states = explorer.profile.value?.states ?? []
  return (
    <ul aria-label="Colours">
      {states
        .filter(({ name }) => explorer.chosen.value.has(name))
        .map(({ name }) => (
          <li key={name}>
            <i class={`swatch state-${swatchOf(name)}`} />
            {name}
          </li>
        ))}
    </ul>
  )
}

/** Number of a state's swatch in flame-graph.css. */
function swatchOf(name: string): number {
  return colourOfState(name) - stateColour
}

import { visibleText } from '@wick/wire/visible-text'
import type { Fleet } from '../api/group.ts'
import { formatPart, type Part, parsePart } from './compare-view.ts'

interface PartPickerProps {
  /** What the choice is called. */
  readonly label: string
  readonly part: Part
  /** Null where it is not known: then only what is chosen can be offered. */
  readonly fleet: Fleet | null
  onChoose(part: Part): void
}

/** Which part of the fleet a side is: everybody, or who has a label, a name, a type, an agent. */
export function PartPicker({ label, part, fleet, onChoose }: PartPickerProps) {
  const chosen = formatPart(part)
  const choices = choicesOf(fleet)
  const isListed =
    chosen === '' || choices.some(({ parts }) => parts.some((one) => formatPart(one) === chosen))
  return (
    <label class="part-picker">
      <span aria-hidden="true">of</span>
      <select
        class="field"
        aria-label={label}
        value={chosen}
        onChange={(event) => onChoose(parsePart(event.currentTarget.value))}
      >
        <option value="">the whole fleet</option>
        {!isListed && <option value={chosen}>{visibleText(part.value)}</option>}
        {choices.map(
          ({ title, parts }) =>
            parts.length > 0 && (
              <optgroup key={title} label={title}>
                {parts.map((one) => (
                  <option key={formatPart(one)} value={formatPart(one)}>
                    {visibleText(one.value)}
                  </option>
                ))}
              </optgroup>
            ),
        )}
      </select>
    </label>
  )
}

function choicesOf(fleet: Fleet | null): { readonly title: string; readonly parts: readonly Part[] }[] {
  const instances = fleet?.instances ?? []
  const distinct = (kind: Part['kind'], values: readonly string[]): Part[] =>
    [...new Set(values)]
      .filter((value) => value !== '')
      .sort()
      .map((value) => ({ kind, value }))
  return [
    {
      title: 'Labels',
      parts: distinct(
        'label',
        instances.flatMap(({ labels }) =>
          Object.entries(labels).flatMap(([key, values]) => values.map((value) => `${key}=${value}`)),
        ),
      ),
    },
    {
      title: 'Agents',
      parts: distinct(
        'agent',
        instances.flatMap(({ agents }) =>
          agents.flatMap(({ type, versions }) => versions.map((version) => `${type} ${version}`)),
        ),
      ),
    },
    {
      title: 'Host types',
      parts: distinct(
        'type',
        instances.flatMap(({ hostTypes }) => hostTypes),
      ),
    },
    {
      title: 'Hosts',
      parts: distinct(
        'instance',
        instances.map(({ instance }) => instance),
      ),
    },
  ]
}

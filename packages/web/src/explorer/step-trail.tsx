import { visibleText } from '@wick/wire/visible-text'
import type { Step } from '../call-shape/steps.ts'
import { shortName } from '../format/short-name.ts'
import type { Explorer } from './explorer.ts'

const verbs = {
  focus: 'Focus',
  hide: 'Hide',
  drop: 'Drop',
  merge: 'Merge',
  recursion: 'Recursion of',
} as const

/** What a step does, in words. */
function stepWords(step: Step): { readonly verb: string; readonly name: string } {
  if (step.kind === 'direct-recursion') return { verb: 'Direct recursion', name: '' }
  if (step.kind === 'package') return { verb: 'Package', name: visibleText(step.prefix) }
  const { frames } = step
  const name = frames.kind === 'name' ? visibleText(frames.name) : `/${visibleText(frames.pattern)}/`
  return { verb: verbs[step.kind], name }
}

/** What was done to the picture, in order. Each can be taken back by itself. */
export function StepTrail({ explorer }: { explorer: Explorer }) {
  const { steps } = explorer
  const all = steps.steps.value
  if (all.length === 0 && !steps.canRedo.value) return null
  const profile = explorer.profile.value
  const left = profile === null || profile.samples === 0 ? 1 : profile.main.layout.width[0]! / profile.samples
  return (
    <div class="step-trail" role="group" aria-label="Changes to the picture">
      <ol>
        {all.map((step, index) => {
          const { verb, name } = stepWords(step)
          return (
            <li class="step" key={index}>
              <span class="quiet">{verb}</span>
              {name !== '' && (
                <bdi class="frame-name" title={name}>
                  {shortName(name)}
                </bdi>
              )}
              <button
                type="button"
                aria-label={`Take back: ${verb} ${name}`}
                title="Take this back"
                onClick={() => steps.remove(index)}
              >
                ×
              </button>
            </li>
          )
        })}
      </ol>
      {all.length > 0 && left < 0.9995 && explorer.view.value.view !== 'inspect' && (
        <span class="quiet">{(left * 100).toFixed(1)} % of all samples left</span>
      )}
      <button
        type="button"
        class="button small"
        title="Undo (u)"
        disabled={!steps.canUndo.value}
        onClick={() => steps.undo()}
      >
        Undo
      </button>
      <button
        type="button"
        class="button small"
        title="Redo (U)"
        disabled={!steps.canRedo.value}
        onClick={() => steps.redo()}
      >
        Redo
      </button>
      {all.length > 1 && (
        <button type="button" class="button small" onClick={() => steps.clear()}>
          Clear
        </button>
      )}
    </div>
  )
}

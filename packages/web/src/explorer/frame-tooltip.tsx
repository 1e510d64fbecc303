import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { restFrame } from '../call-shape/shape.ts'
import { formatPercent } from '../format/numbers.ts'
import type { ChartName } from '../worker/messages.ts'
import type { Explorer } from './explorer.ts'
import { figuresOf } from './frame-figures.ts'
import type { ProfileDrawing } from './profile.ts'
import type { StateCount } from './thread-states.ts'

interface FrameTooltipProps {
  readonly explorer: Explorer
  readonly chart: ChartName
  readonly drawing: ProfileDrawing
  readonly box: number
}

/** What is known of one frame, in the tooltip. */
export function FrameTooltip({ explorer, chart, drawing, box }: FrameTooltipProps) {
  const figures = figuresOf(explorer, drawing, box, explorer[chart].zoom.value.box)
  const { name, place, self, total, ofView, ofAll, cost } = figures
  return (
    <>
      <p class="frame-name">{name}</p>
      {place !== '' && <p class="frame-place">{place}</p>}
      <dl>
        <dt>Total</dt>
        <dd>
          {ofView} <span class="quiet">of view</span>
          {ofAll !== null && (
            <>
              {' · '}
              {ofAll} <span class="quiet">of all</span>
            </>
          )}
        </dd>
        <dt />
        <dd>{total}</dd>
        <dt>Self</dt>
        <dd>{self}</dd>
        {cost !== null && (
          <>
            <dt>Cost</dt>
            <dd>{cost}</dd>
          </>
        )}
        {explorer.chosen.value.size > 1 && <States explorer={explorer} chart={chart} box={box} />}
      </dl>
      {drawing.layout.name[box] === restFrame && (
        <p class="quiet">Too small to be told apart here. Zoom to the frame that calls them.</p>
      )}
    </>
  )
}

/** Of which thread states the samples are; asked for when the pointer rests. */
function States({ explorer, chart, box }: { explorer: Explorer; chart: ChartName; box: number }) {
  const known = useSignal<{ readonly box: number; readonly states: readonly StateCount[] } | null>(null)
  useEffect(() => {
    let isOld = false
    const timer = setTimeout(async () => {
      const states = await explorer.statesOf(chart, box)
      if (!isOld) known.value = { box, states }
    }, 80)
    return () => {
      isOld = true
      clearTimeout(timer)
    }
  }, [box, chart])
  const states = known.value?.box === box ? known.value.states : null
  const all = states?.reduce((sum, { samples }) => sum + samples, 0) ?? 0
  return (
    <>
      <dt>States</dt>
      <dd>
        {states === null
          ? '…'
          : states.map(({ name, samples }) => `${name} ${formatPercent(samples / all)}`).join(' · ')}
      </dd>
    </>
  )
}

import { useSignal } from '@preact/signals'
import { visibleText } from '@wick/wire/visible-text'
import { rowCount } from '../flame-graph/layout.ts'
import type { ChartName } from '../worker/messages.ts'
import type { Explorer } from './explorer.ts'
import { FlameGraph } from './flame-graph.tsx'
import { runFrameKey } from './frame-actions.ts'
import { spokenFrame } from './frame-figures.ts'
import { FrameMenu, type OpenMenu } from './frame-menu.tsx'
import { FrameTooltip } from './frame-tooltip.tsx'
import { hasLetterKeys } from './page-keys.ts'
import { viewWords } from './view-picker.tsx'
import { ZoomTrail } from './zoom-trail.tsx'

/** The pictures of the view: one, or callers and callees of the inspected function. */
export function FlamePictures({ explorer }: { explorer: Explorer }) {
  const menu = useSignal<OpenMenu | null>(null)
  const { view, inspected, isFlipped } = explorer.view.value
  const profile = explorer.profile.value
  const isInspected = view === 'inspect' && profile?.callers != null
  const graph = (chart: ChartName, label: string, isUpwards: boolean) => (
    <FlameGraph
      key={chart}
      chart={explorer[chart]}
      label={label}
      isFlipped={isUpwards}
      className={chart === 'callers' ? 'flame-callers' : ''}
      spoken={(drawing, box) => spokenFrame(explorer, drawing, box)}
      tooltip={(drawing, box) => (
        <FrameTooltip explorer={explorer} chart={chart} drawing={drawing} box={box} />
      )}
      onDoubleClick={(box) => {
        const drawing = explorer[chart].drawing.value
        const name = drawing?.layout.name[box] ?? -1
        if (drawing != null && name >= 0) explorer.inspect(drawing.nameOf(name))
      }}
      onMenu={(box, at) => {
        menu.value = { target: { chart, box }, at }
      }}
      onKey={(event, box) => hasLetterKeys.value && runFrameKey(explorer, { chart, box }, event.key)}
    />
  )
  return (
    <>
      {isInspected ? (
        <div class="inspected" style={{ '--caller-rows': rowCount(profile.callers!.layout) }}>
          <p class="picture-about">
            <strong>Callers</strong> of <bdi class="frame-name">{visibleText(inspected)}</bdi>
            <span class="quiet"> · {viewWords.inspect.about} Recursion counts once.</span>
          </p>
          {graph('callers', 'Callers', true)}
          <p class="picture-about">
            <strong>Callees</strong>
          </p>
          <ZoomTrail chart={explorer.main} />
          {graph('main', 'Flame graph', false)}
        </div>
      ) : (
        <>
          <div class="picture-head">
            <ZoomTrail chart={explorer.main} />
            <p class="picture-about quiet">{viewWords[view].about}</p>
          </div>
          {graph('main', 'Flame graph', isFlipped)}
        </>
      )}
      {menu.value !== null && (
        <FrameMenu
          explorer={explorer}
          menu={menu.value}
          onClose={() => {
            menu.value = null
          }}
        />
      )}
    </>
  )
}

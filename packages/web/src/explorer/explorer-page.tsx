import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { lazyPage } from '../app/lazy-page.tsx'
import { Time, TimeSpan } from '../app/time.tsx'
import { Trouble } from '../app/trouble.tsx'
import { ExplorerCost } from '../cost/explorer-cost.tsx'
import { usePageTitle } from '../pages/page-title.ts'
import { longestProfile } from '../range/page-range.ts'
import { RangeChoice } from '../range/range-picker.tsx'
import { Explorer } from './explorer.ts'
import { FlamePictures } from './flame-pictures.tsx'
import { FunctionTable } from './function-table.tsx'
import { Legend } from './legend.tsx'
import { NoGroup, NoSamples, NothingInRange, NothingLeft } from './obstacles.tsx'
import { usePageKeys } from './page-keys.ts'
import { SearchField } from './search-field.tsx'
import { StatePicker } from './state-picker.tsx'
import { StatusLine } from './status-line.tsx'
import { StepTrail } from './step-trail.tsx'
import { ShapePicker, ViewPicker } from './view-picker.tsx'
import { WindowStrip } from './window-strip.tsx'

/** Parts that the first picture does not need: their code comes after it, or when they are opened. */
const loadKeySheet = () => import('./key-sheet.tsx')
const loadPalette = () => import('./command-palette.tsx')
const loadCodeSheet = () => import('./code-sheet.tsx')
const KeySheet = lazyPage(async () => (await loadKeySheet()).KeySheet)
const CommandPalette = lazyPage(async () => (await loadPalette()).CommandPalette)
const CodeSheet = lazyPage(async () => (await loadCodeSheet()).CodeSheet)

export type PanelName = 'keys' | 'palette' | 'code'

/** One group: where its program spends its time. */
export function ExplorerPage({ name }: { name: string }) {
  usePageTitle(name)
  const explorer = useMemo(() => new Explorer(name), [name])
  useEffect(() => () => explorer.dispose(), [explorer])
  const panel = useSignal<PanelName | null>(null)
  const open = (which: PanelName) => () => {
    panel.value = which
  }
  const close = () => {
    panel.value = null
  }
  const isOpen = () => panel.peek() !== null
  usePageKeys(explorer, { isOpen, openKeySheet: open('keys'), openPalette: open('palette') })
  const isDrawn = explorer.profile.value !== null
  useEffect(() => {
    // A failure shows when the part is opened.
    if (isDrawn) void Promise.allSettled([loadPalette(), loadKeySheet(), loadCodeSheet()])
  }, [isDrawn])
  const isEmpty = explorer.profile.value === null && explorer.obstacle.value !== null
  return (
    <div class="explorer" aria-busy={explorer.isLoading.value}>
      {(explorer.isLoading.value || explorer.isRefining.value) && <div class="loading-bar" />}
      <div class="explorer-head">
        <h1 tabIndex={-1}>{name}</h1>
        <Freshness explorer={explorer} />
        <span class="grow" />
        <RangeChoice
          range={explorer.view.value.range}
          longest={longestProfile}
          onChoose={(range) => explorer.show({ range })}
        />
      </div>
      {!isEmpty && (
        <div class="explorer-tools">
          <ViewPicker explorer={explorer} />
          <StatePicker explorer={explorer} />
          <span class="grow" />
          <SearchField explorer={explorer} />
          <ShapePicker explorer={explorer} />
          <button type="button" class="button" title="All commands (Ctrl K)" onClick={open('palette')}>
            Commands
          </button>
          <button type="button" class="button icon" aria-label="Keys" title="Keys (?)" onClick={open('keys')}>
            ?
          </button>
        </div>
      )}
      <WindowStrip explorer={explorer} />
      <Picture explorer={explorer} onCorrect={open('code')} />
      {panel.value === 'keys' && <KeySheet onClose={close} />}
      {panel.value === 'palette' && <CommandPalette explorer={explorer} open={open} onClose={close} />}
      {panel.value === 'code' && <CodeSheet explorer={explorer} onClose={close} />}
    </div>
  )
}

/** Which time the picture covers, and when the group last reported. */
function Freshness({ explorer }: { explorer: Explorer }) {
  const profile = explorer.profile.value
  const reported = explorer.description.value?.profilingStatus.latestAgentProfileReportedAt
  return (
    <p class="quiet">
      {profile !== null && (
        <>
          <TimeSpan from={profile.start} to={profile.end} /> ·{' '}
        </>
      )}
      {reported !== undefined && (
        <>
          last report <Time at={Date.parse(reported)} />
        </>
      )}
    </p>
  )
}

function Picture({ explorer, onCorrect }: { explorer: Explorer; onCorrect(): void }) {
  const profile = explorer.profile.value
  const obstacle = explorer.obstacle.value
  const viewProblem = explorer.viewProblem.value
  if (obstacle?.kind === 'no-group') return <NoGroup name={explorer.group} />
  if (obstacle?.kind === 'no-data') return <NothingInRange explorer={explorer} />
  const { steps, shows } = explorer.view.value
  return (
    <>
      {obstacle?.kind === 'failure' && (
        <Trouble
          what={profile === null ? 'The profile could not be loaded.' : 'This picture is from before.'}
          failure={obstacle.failure}
          onRetry={() => void explorer.load()}
        />
      )}
      {viewProblem !== null && (
        <p class="notice harm" role="alert">
          <strong>This view could not be made:</strong> {viewProblem}. The picture before is shown.
        </p>
      )}
      {profile === null && obstacle === null && <FlameSkeleton />}
      {profile !== null && <StepTrail explorer={explorer} />}
      {profile !== null && profile.samples === 0 && <NoSamples explorer={explorer} />}
      {profile !== null && profile.samples > 0 && profile.main.layout.width[0] === 0 && (
        <NothingLeft explorer={explorer} hasSteps={steps.length > 0} />
      )}
      {profile !== null && profile.main.layout.width[0]! > 0 && (
        <>
          {!explorer.main.zoom.value.isWhole && (
            <p class="notice">The frame of this link has no samples here: its nearest caller is shown.</p>
          )}
          {shows === 'graph' ? <FlamePictures explorer={explorer} /> : <FunctionTable explorer={explorer} />}
          <div class="explorer-foot">
            <StatusLine explorer={explorer} />
            <Legend explorer={explorer} onCorrect={onCorrect} />
          </div>
          <ExplorerCost explorer={explorer} />
        </>
      )}
    </>
  )
}

/** The shape of what comes, so that nothing jumps. */
function FlameSkeleton() {
  return (
    <div class="flame-skeleton" role="img" aria-label="Loading">
      {[100, 92, 92, 71, 64, 40, 22].map((percent, row) => (
        <i key={`${row} ${percent}`} style={{ width: `${percent}%` }} />
      ))}
    </div>
  )
}

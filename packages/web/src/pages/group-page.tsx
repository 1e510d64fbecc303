import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { now } from '../app/now.ts'
import { Trouble } from '../app/trouble.tsx'
import { Explorer } from '../explorer/explorer.ts'
import { FlameGraph } from '../explorer/flame-graph.tsx'
import { FunctionTable } from '../explorer/function-table.tsx'
import { KeySheet } from '../explorer/key-sheet.tsx'
import { Legend } from '../explorer/legend.tsx'
import { NoGroup, NoSamples, NothingInRange } from '../explorer/obstacles.tsx'
import { usePageKeys } from '../explorer/page-keys.ts'
import { RangePicker } from '../explorer/range-picker.tsx'
import { SearchField } from '../explorer/search-field.tsx'
import { StatePicker } from '../explorer/state-picker.tsx'
import { StatusLine } from '../explorer/status-line.tsx'
import { ViewPicker } from '../explorer/view-picker.tsx'
import { WindowStrip } from '../explorer/window-strip.tsx'
import { ZoomTrail } from '../explorer/zoom-trail.tsx'
import { exactTime, relativeTime, timeSpan } from '../format/times.ts'
import { usePageTitle } from './page-title.ts'

/** One group: where its program spends its time. */
export function GroupPage({ name }: { name: string }) {
  usePageTitle(name)
  const explorer = useMemo(() => new Explorer(name), [name])
  useEffect(() => () => explorer.dispose(), [explorer])
  const isKeySheetOpen = useSignal(false)
  usePageKeys(explorer, () => {
    isKeySheetOpen.value = true
  })
  const isEmpty = explorer.profile.value === null && explorer.obstacle.value !== null
  return (
    <div class="explorer" aria-busy={explorer.isLoading.value}>
      {explorer.isLoading.value && <div class="loading-bar" />}
      <div class="explorer-head">
        <h1 tabIndex={-1}>{name}</h1>
        <Freshness explorer={explorer} />
        <span class="grow" />
        <RangePicker explorer={explorer} />
      </div>
      {!isEmpty && (
        <div class="explorer-tools">
          <StatePicker explorer={explorer} />
          <span class="grow" />
          <SearchField explorer={explorer} />
          <ViewPicker explorer={explorer} />
          <button
            type="button"
            class="button icon"
            aria-label="Keys"
            title="Keys (?)"
            onClick={() => {
              isKeySheetOpen.value = true
            }}
          >
            ?
          </button>
        </div>
      )}
      <WindowStrip explorer={explorer} />
      <Picture explorer={explorer} />
      <KeySheet
        isOpen={isKeySheetOpen.value}
        onClose={() => {
          isKeySheetOpen.value = false
        }}
      />
    </div>
  )
}

/** Which time the picture covers, and when the group last reported. */
function Freshness({ explorer }: { explorer: Explorer }) {
  const profile = explorer.profile.value
  const reported = explorer.description.value?.profilingStatus.latestAgentProfileReportedAt
  return (
    <p class="quiet">
      {profile !== null && <>{timeSpan(profile.start, profile.end, now.value)} · </>}
      {reported !== undefined && (
        <time dateTime={reported} title={exactTime(Date.parse(reported))}>
          last report {relativeTime(Date.parse(reported), now.value)}
        </time>
      )}
    </p>
  )
}

function Picture({ explorer }: { explorer: Explorer }) {
  const profile = explorer.profile.value
  const obstacle = explorer.obstacle.value
  if (obstacle?.kind === 'no-group') return <NoGroup name={explorer.group} />
  if (obstacle?.kind === 'no-data') return <NothingInRange explorer={explorer} />
  return (
    <>
      {obstacle?.kind === 'failure' && (
        <Trouble
          what={profile === null ? 'The profile could not be loaded.' : 'This picture is from before.'}
          failure={obstacle.failure}
          onRetry={() => void explorer.load()}
        />
      )}
      {profile === null && obstacle === null && <FlameSkeleton />}
      {profile !== null && profile.samples === 0 && <NoSamples explorer={explorer} />}
      {profile !== null && profile.samples > 0 && (
        <>
          {!explorer.zoom.value.isWhole && (
            <p class="notice">The frame of this link has no samples here: its nearest caller is shown.</p>
          )}
          <ZoomTrail explorer={explorer} />
          {explorer.view.value.shows === 'graph' ? (
            <FlameGraph explorer={explorer} />
          ) : (
            <FunctionTable explorer={explorer} />
          )}
          <div class="explorer-foot">
            <StatusLine explorer={explorer} />
            <Legend />
          </div>
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

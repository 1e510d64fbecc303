/** What stands where the picture would be, and what to do next. */

import { visibleText } from '@wick/wire/visible-text'
import { CodeBlock } from '../app/code-block.tsx'
import { profileCommand } from '../app/first-steps.ts'
import { followLink } from '../app/location.ts'
import { home } from '../app/routes.ts'
import { Time, TimeSpan } from '../app/time.tsx'
import type { Explorer } from './explorer.ts'
import { rangeAround } from './time-range.ts'

export function NoGroup({ name }: { name: string }) {
  return (
    <section class="obstacle">
      <h2>There is no group “{name}”</h2>
      <p>It was deleted, or the link has a typing error.</p>
      <a class="button" href={home} onClick={followLink}>
        All profiling groups
      </a>
    </section>
  )
}

/** Nothing in this range: either nothing has ever come, or the data is elsewhere. */
export function NothingInRange({ explorer }: { explorer: Explorer }) {
  const status = explorer.description.value?.profilingStatus
  const latest = status?.latestAggregatedProfile?.start
  if (latest === undefined) return <NoProfileYet explorer={explorer} />
  const { from, to } = explorer.bounds.value
  const at = Date.parse(latest)
  return (
    <section class="obstacle">
      <h2>No profile in this range</h2>
      <p>
        Nothing was reported for <TimeSpan from={from} to={to} />. The latest data is from <Time at={at} />.
      </p>
      <button type="button" class="button primary" onClick={() => explorer.show({ range: rangeAround(at) })}>
        Show the latest data
      </button>
    </section>
  )
}

function NoProfileYet({ explorer }: { explorer: Explorer }) {
  const isOff = explorer.description.value?.agentOrchestrationConfig.profilingEnabled === false
  return (
    <section class="obstacle">
      <h2>No profile has arrived yet</h2>
      {isOff ? (
        <p>
          Profiling is switched off for this group, so its agents stay quiet. Switch it on with{' '}
          <code>aws codeguruprofiler update-profiling-group</code>.
        </p>
      ) : (
        <p>
          Start a program with an agent; <code>DIR</code> is the server's data directory. An agent reports
          after five minutes for the first time, and this page shows it by itself.
        </p>
      )}
      {!isOff && (
        <CodeBlock
          code={profileCommand(window.location.origin, explorer.group)}
          label="profile a Python program"
        />
      )}
    </section>
  )
}

/** The profile has samples, but none in the chosen thread states. */
export function NoSamples({ explorer }: { explorer: Explorer }) {
  const { kind } = explorer.view.value.states
  return (
    <section class="obstacle">
      <h2>No samples in these thread states</h2>
      <p>
        {kind === 'cpu'
          ? 'Nothing ran in this range: every thread was waiting.'
          : 'The other thread states of this range hold all the samples.'}
      </p>
      <button
        type="button"
        class="button primary"
        onClick={() => explorer.show({ states: { kind: kind === 'latency' ? 'cpu' : 'latency' } })}
      >
        {kind === 'latency' ? 'Show CPU' : 'Show latency'}
      </button>
    </section>
  )
}

/** The profile has samples, but what was done to the picture left none, or the inspected function has none. */
export function NothingLeft({ explorer, hasSteps }: { explorer: Explorer; hasSteps: boolean }) {
  const { view, inspected } = explorer.view.value
  return (
    <section class="obstacle">
      <h2>{view === 'inspect' ? 'This function has no samples here' : 'Nothing is left of the picture'}</h2>
      <p>
        {view === 'inspect' ? (
          <>
            <bdi class="frame-name">{visibleText(inspected)}</bdi> was not sampled in this range and these
            thread states{hasSteps && ', or what was done to the picture left it out'}.
          </>
        ) : (
          'What was done to it left no sample.'
        )}
      </p>
      <p class="notice-foot">
        {hasSteps && (
          <button type="button" class="button primary" onClick={() => explorer.steps.undo()}>
            Undo the last change
          </button>
        )}
        {view !== 'overview' && (
          <button type="button" class="button" onClick={() => explorer.showView('overview')}>
            Overview
          </button>
        )}
      </p>
    </section>
  )
}

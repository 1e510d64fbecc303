import { useComputed, useSignal } from '@preact/signals'
import type { ProfilingGroupDescription } from '@wick/wire'
import { useEffect } from 'preact/hooks'
import { listGroups } from '../api/operations.ts'
import { ApiFailure } from '../api/request.ts'
import { CodeBlock } from '../app/code-block.tsx'
import { createGroupCommand, profileCommand } from '../app/first-steps.ts'
import { followLink, navigate } from '../app/location.ts'
import { now } from '../app/now.ts'
import { groupHref } from '../app/routes.ts'
import { Trouble } from '../app/trouble.tsx'
import { plural } from '../format/numbers.ts'
import { exactTime, relativeTime } from '../format/times.ts'
import { usePageTitle } from './page-title.ts'

const refreshMilliseconds = 15_000

type Order = 'name' | 'report'

export function GroupsPage() {
  usePageTitle('Profiling groups')
  const groups = useSignal<readonly ProfilingGroupDescription[] | null>(null)
  const failure = useSignal<ApiFailure | null>(null)
  const filter = useSignal('')
  const order = useSignal<Order>('name')

  const load = async (signal?: AbortSignal) => {
    try {
      groups.value = await listGroups(signal)
      failure.value = null
    } catch (error) {
      if (signal?.aborted) return
      if (!(error instanceof ApiFailure)) throw error
      failure.value = error
    }
  }
  useEffect(() => {
    const abort = new AbortController()
    void load(abort.signal)
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void load(abort.signal)
    }, refreshMilliseconds)
    return () => {
      clearInterval(timer)
      abort.abort()
    }
  }, [])

  const shown = useComputed(() => {
    const wanted = filter.value.trim().toLowerCase()
    const found = (groups.value ?? []).filter((group) => group.name.toLowerCase().includes(wanted))
    return found.sort(
      (a, b) => (order.value === 'report' ? lastReport(b) - lastReport(a) : 0) || byName(a, b),
    )
  })

  const list = groups.value
  return (
    <div class="page">
      <div class="page-head">
        <h1 tabIndex={-1}>Profiling groups</h1>
        {list !== null && list.length > 0 && (
          <input
            class="field"
            type="search"
            placeholder="Filter by name"
            aria-label="Filter groups by name"
            value={filter.value}
            onInput={(event) => {
              filter.value = event.currentTarget.value
            }}
          />
        )}
      </div>
      {failure.value !== null && (
        <Trouble what="The groups could not be loaded." failure={failure.value} onRetry={() => void load()} />
      )}
      {list === null && failure.value === null && <GroupsSkeleton />}
      {list !== null && list.length === 0 && <FirstSteps />}
      {list !== null && list.length > 0 && (
        <>
          <GroupTable
            groups={shown.value}
            order={order.value}
            onOrder={(by) => {
              order.value = by
            }}
          />
          <p class="quiet">
            {filter.value.trim() === ''
              ? plural(list.length, 'group')
              : `${shown.value.length} of ${plural(list.length, 'group')}`}
          </p>
        </>
      )}
    </div>
  )
}

interface GroupTableProps {
  readonly groups: readonly ProfilingGroupDescription[]
  readonly order: Order
  onOrder(order: Order): void
}

function GroupTable({ groups, order, onOrder }: GroupTableProps) {
  if (groups.length === 0) return <p>No group has that in its name.</p>
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col" aria-sort={order === 'name' ? 'ascending' : 'none'}>
            <button type="button" onClick={() => onOrder('name')}>
              Name
            </button>
          </th>
          <th scope="col">Platform</th>
          <th scope="col">Profiling</th>
          <th scope="col" class="number" aria-sort={order === 'report' ? 'descending' : 'none'}>
            <button type="button" onClick={() => onOrder('report')}>
              Last report
            </button>
          </th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          // The name is the link, also for the keyboard; a click anywhere in the row means the same.
          <tr key={group.name} class="open" onClick={() => navigate(groupHref(group.name, 'overview'))}>
            <th scope="row">
              <a
                href={groupHref(group.name, 'overview')}
                onClick={(event) => {
                  event.stopPropagation()
                  followLink(event)
                }}
              >
                {group.name}
              </a>
            </th>
            <td>{group.computePlatform === 'AWSLambda' ? 'AWS Lambda' : 'Servers'}</td>
            <td>
              {group.agentOrchestrationConfig.profilingEnabled ? (
                <span class="state on">On</span>
              ) : (
                <span class="state off">Off</span>
              )}
            </td>
            <td class="number">
              <LastReport group={group} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function LastReport({ group }: { group: ProfilingGroupDescription }) {
  const at = lastReport(group)
  if (at === 0) return <span class="quiet">never</span>
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)}>
      {relativeTime(at, now.value)}
    </time>
  )
}

function GroupsSkeleton() {
  return (
    <div class="skeleton-rows" role="img" aria-label="Loading">
      {Array.from({ length: 6 }, (_, i) => (
        <i key={i} />
      ))}
    </div>
  )
}

function FirstSteps() {
  const { origin } = window.location
  return (
    <section class="steps">
      <p class="lead">
        A profiling group collects the profiles of one application. There is none yet: two commands make the
        first one.
      </p>
      <ol>
        <li>
          <h2>Create a group</h2>
          <p>
            With the AWS command line. <code>DIR</code> is the server's data directory.
          </p>
          <CodeBlock code={createGroupCommand(origin)} label="create a group" />
        </li>
        <li>
          <h2>Profile a program</h2>
          <p>
            With AWS's Python agent, in the same shell. The first profile arrives within minutes and the group
            appears here.
          </p>
          <CodeBlock code={profileCommand(origin, 'my-app', false)} label="profile a Python program" />
        </li>
      </ol>
    </section>
  )
}

/** Epoch milliseconds; 0 for never. */
function lastReport({ profilingStatus }: ProfilingGroupDescription): number {
  return Date.parse(profilingStatus.latestAgentProfileReportedAt ?? '') || 0
}

function byName(a: ProfilingGroupDescription, b: ProfilingGroupDescription): number {
  return a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1
}

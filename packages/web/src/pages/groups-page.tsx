import { useComputed, useSignal } from '@preact/signals'
import type { ProfilingGroupDescription } from '@wick/wire'
import { useEffect } from 'preact/hooks'
import { listGroups } from '../api/operations.ts'
import { ApiFailure } from '../api/request.ts'
import { CodeBlock } from '../app/code-block.tsx'
import { createGroupCommand, profileCommand } from '../app/first-steps.ts'
import { Trouble } from '../app/trouble.tsx'
import { plural } from '../format/numbers.ts'
import { GroupTable, type Order } from '../groups/group-table.tsx'
import { lastReportOf } from '../groups/health.ts'
import { OpenByName } from '../groups/open-by-name.tsx'
import { usePageTitle } from './page-title.ts'

const refreshMilliseconds = 15_000

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
      (a, b) =>
        (order.value === 'report' ? (lastReportOf(b) ?? 0) - (lastReportOf(a) ?? 0) : 0) || byName(a, b),
    )
  })

  const list = groups.value
  const isDenied = failure.value?.code === 'AccessDeniedException'
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
      {failure.value !== null && isDenied && (
        <section class="stack">
          <p class="missing-action">
            To list groups you need the permission <code>codeguru-profiler:ListProfilingGroups</code>. A group
            that you may see opens by its name, or by a link to it.
          </p>
          <OpenByName />
        </section>
      )}
      {failure.value !== null && !isDenied && (
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

function byName(a: ProfilingGroupDescription, b: ProfilingGroupDescription): number {
  return a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1
}

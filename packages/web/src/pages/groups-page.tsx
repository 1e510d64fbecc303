import { useComputed, useSignal } from '@preact/signals'
import type { ProfilingGroupDescription } from '@wick/wire'
import { useEffect } from 'preact/hooks'
import { listGroups } from '../api/operations.ts'
import { ApiFailure } from '../api/request.ts'
import { lazyPage } from '../app/lazy-page.tsx'
import { Trouble } from '../app/trouble.tsx'
import { isSample } from '../first-steps/sample-tag.ts'
import { plural } from '../format/numbers.ts'
import { GroupTable, type Order } from '../groups/group-table.tsx'
import { lastReportOf } from '../groups/health.ts'
import { OpenByName } from '../groups/open-by-name.tsx'
import { usePageTitle } from './page-title.ts'

const FirstSteps = lazyPage(async () => (await import('../first-steps/first-steps.tsx')).FirstSteps)
const SampleNotice = lazyPage(async () => (await import('../first-steps/sample-notice.tsx')).SampleNotice)

const refreshMilliseconds = 15_000

export function GroupsPage() {
  usePageTitle('Profiling groups')
  const groups = useSignal<readonly ProfilingGroupDescription[] | null>(null)
  const failure = useSignal<ApiFailure | null>(null)
  const filter = useSignal('')
  const order = useSignal<Order>('name')
  /** Whether the first steps are on view, also where there are groups. */
  const isBeginning = useSignal(false)

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
          <div class="page-actions">
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
            <button
              type="button"
              class="button"
              aria-expanded={isBeginning.value}
              onClick={() => {
                isBeginning.value = !isBeginning.value
              }}
            >
              Add a group
            </button>
          </div>
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
      {list !== null && (list.length === 0 || isBeginning.value) && (
        <FirstSteps
          isFirst={list.length === 0}
          onBegin={() => {
            isBeginning.value = true
          }}
        />
      )}
      {list !== null && list.length > 0 && (
        <>
          {list.some(isSample) && <SampleNotice onRemoved={() => void load()} />}
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

function byName(a: ProfilingGroupDescription, b: ProfilingGroupDescription): number {
  return a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1
}

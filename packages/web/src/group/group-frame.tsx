import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { followLink, location } from '../app/location.ts'
import { type GroupTab, groupHref, groupTabs } from '../app/routes.ts'
import { parseRange, rangeQuery } from '../range/page-range.ts'

const labels: Readonly<Record<GroupTab, string>> = {
  overview: 'Overview',
  'flame-graph': 'Flame graph',
  compare: 'Compare',
  timeline: 'Timeline',
  heap: 'Heap',
  recommendations: 'Recommendations',
  anomalies: 'Anomalies',
  settings: 'Settings',
}

interface GroupFrameProps {
  readonly name: string
  readonly tab: GroupTab
  readonly children: ComponentChildren
}

/** The pages of a group beside each other, and the one on view. */
export function GroupFrame({ name, tab, children }: GroupFrameProps) {
  const tabs = useRef<HTMLElement>(null)
  // On a phone not all tabs fit: the one on view is to be seen.
  useEffect(() => {
    tabs.current!.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [tab])
  return (
    <div class="group-frame">
      <nav ref={tabs} class="tabs" aria-label={`Pages of ${name}`}>
        <ul>
          {groupTabs.map((one) => (
            <li key={one}>
              <a
                href={tabHref(name, one)}
                onClick={followLink}
                {...(one === tab && { 'aria-current': 'page' as const })}
              >
                {labels[one]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="group-page">{children}</div>
    </div>
  )
}

/** Where a time was chosen it is kept. */
function tabHref(name: string, tab: GroupTab): string {
  const { search } = location.value
  const query = new URLSearchParams(search)
  if (!query.has('range') && !query.has('from')) return groupHref(name, tab)
  const range = parseRange(search)
  return `${groupHref(name, tab)}?${new URLSearchParams(rangeQuery(range))}`
}

interface GroupHeadProps {
  readonly name: string
  readonly tab: GroupTab
  /** Beside the name. */
  readonly note?: ComponentChildren
  /** At the right: what the page can be told. */
  readonly children?: ComponentChildren
}

/** Head of a group's page. The tab tells which page it is; who does not see it hears it here. */
export function GroupHead({ name, tab, note, children }: GroupHeadProps) {
  return (
    <div class="group-head">
      <h1 tabIndex={-1}>
        {name}
        <span class="visually-hidden"> · {labels[tab]}</span>
      </h1>
      {note}
      <span class="grow" />
      {children}
    </div>
  )
}

import type { ComponentType } from 'preact'
import { GroupFrame } from '../group/group-frame.tsx'
import { lazyPage } from './lazy-page.tsx'
import type { GroupTab } from './routes.ts'

interface PageProps {
  readonly name: string
}

const pages: Readonly<Record<GroupTab, ComponentType<PageProps>>> = {
  'flame-graph': lazyPage(async () => (await import('../explorer/explorer-page.tsx')).ExplorerPage),
  overview: lazyPage(async () => (await import('../overview/overview-page.tsx')).OverviewPage),
  compare: lazyPage(async () => (await import('../compare/compare-page.tsx')).ComparePage),
  timeline: lazyPage(async () => (await import('../timeline/timeline-page.tsx')).TimelinePage),
  heap: lazyPage(async () => (await import('../heap/heap-page.tsx')).HeapPage),
  recommendations: lazyPage(
    async () => (await import('../findings/recommendations-page.tsx')).RecommendationsPage,
  ),
  anomalies: lazyPage(async () => (await import('../findings/anomalies-page.tsx')).AnomaliesPage),
  settings: lazyPage(async () => (await import('../settings/settings-page.tsx')).SettingsPage),
}

/** One page of a group, under its tabs. */
export function GroupPages({ name, tab }: { name: string; tab: GroupTab }) {
  const Page = pages[tab]
  return (
    <GroupFrame name={name} tab={tab}>
      <Page key={`${tab} ${name}`} name={name} />
    </GroupFrame>
  )
}

import { useEffect } from 'preact/hooks'
import { AccountPage } from '../account/account-page.tsx'
import { GroupsPage } from '../pages/groups-page.tsx'
import { UnknownPage } from '../pages/unknown-page.tsx'
import { SignInPage } from '../sign-in/sign-in-page.tsx'
import { Announcer } from './announce.tsx'
import { GroupPages } from './group-pages.tsx'
import { lazyPage } from './lazy-page.tsx'
import { location } from './location.ts'
import { parseRoute, type Route } from './routes.ts'
import { session } from './session.ts'
import { Shell } from './shell.tsx'

const AccessPages = lazyPage(async () => (await import('../access/access-pages.tsx')).AccessPages)
const AuditPage = lazyPage(async () => (await import('../audit/audit-page.tsx')).AuditPage)

export function App() {
  const route = parseRoute(location.value.pathname)
  const { value } = session
  return (
    <>
      <Shell route={route}>
        <Page route={route} isSignedIn={value.kind === 'signed-in'} />
      </Shell>
      <Announcer />
    </>
  )
}

function Page({ route, isSignedIn }: { route: Route; isSignedIn: boolean }) {
  const key = isSignedIn ? keyOf(route) : 'sign-in'
  useFocusOnHeading(key)
  if (!isSignedIn || route.page === 'sign-in') return <SignInPage />
  switch (route.page) {
    case 'groups':
      return <GroupsPage />
    case 'group':
      return <GroupPages name={route.name} tab={route.tab} />
    case 'account':
      return <AccountPage />
    case 'access':
      return <AccessPages section={route.section} name={route.name} />
    case 'audit':
      return <AuditPage />
    case 'unknown':
      return <UnknownPage />
  }
}

/** Another key is another page. */
function keyOf(route: Route): string {
  if (route.page === 'group') return `group ${route.name} ${route.tab}`
  return route.page === 'access' ? `access ${route.section} ${route.name}` : route.page
}

let isFirstPage = true

/** A new page starts at its heading, for keyboards and screen readers alike. The first one leaves the focus alone. */
function useFocusOnHeading(key: string): void {
  useEffect(() => {
    const isFirst = isFirstPage
    if (session.value.kind !== 'unknown') isFirstPage = false
    if (!isFirst) return whenHeadingIsThere((heading) => heading.focus())
  }, [key])
}

/** Now, or once the code of a page has come. @returns ends the waiting */
function whenHeadingIsThere(act: (heading: HTMLElement) => void): () => void {
  const look = (): boolean => {
    const heading = document.querySelector<HTMLElement>('h1')
    if (heading !== null) act(heading)
    return heading !== null
  }
  if (look()) return () => {}
  const observer = new MutationObserver(() => {
    if (look()) observer.disconnect()
  })
  observer.observe(document.body, { childList: true, subtree: true })
  return () => observer.disconnect()
}

/** Which page a path means. Everything else about a page is in its query and fragment. */

/**
 * The pages of a group, in the order of their tabs. The flame graph has the group's bare address, so that every link to
 * a view of it stays what it is.
 */
export const groupTabs = ['overview', 'flame-graph', 'heap', 'recommendations', 'anomalies'] as const
export type GroupTab = (typeof groupTabs)[number]

export type Route =
  | { readonly page: 'groups' }
  | { readonly page: 'group'; readonly name: string; readonly tab: GroupTab }
  | { readonly page: 'sign-in' }
  | { readonly page: 'account' }
  | { readonly page: 'unknown' }

export const home = '/console/'

export function parseRoute(pathname: string): Route {
  const path = pathname.replace(/^\/console\/?/, '').replace(/\/$/, '')
  if (path === '' || path === 'groups') return { page: 'groups' }
  if (path === 'sign-in') return { page: 'sign-in' }
  if (path === 'account') return { page: 'account' }
  const [, name, last = 'flame-graph'] = /^groups\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? []
  const tab = groupTabs.find((known) => known === last)
  if (name === undefined || tab === undefined) return { page: 'unknown' }
  try {
    return { page: 'group', name: decodeURIComponent(name), tab }
  } catch {
    return { page: 'unknown' }
  }
}

export const accountHref = `${home}account`

export function groupHref(name: string, tab: GroupTab = 'flame-graph'): string {
  const href = `${home}groups/${encodeURIComponent(name)}`
  return tab === 'flame-graph' ? href : `${href}/${tab}`
}

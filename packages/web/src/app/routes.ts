/** Which page a path means. Everything else about a page is in its query and fragment. */

/**
 * The pages of a group, in the order of their tabs. The flame graph has the group's bare address, so that every link to
 * a view of it stays what it is.
 */
export const groupTabs = [
  'overview',
  'flame-graph',
  'compare',
  'timeline',
  'heap',
  'recommendations',
  'anomalies',
  'settings',
] as const
export type GroupTab = (typeof groupTabs)[number]

export type Route =
  | { readonly page: 'groups' }
  | { readonly page: 'group'; readonly name: string; readonly tab: GroupTab }
  | { readonly page: 'sign-in' }
  | { readonly page: 'account' }
  | { readonly page: 'access'; readonly section: AccessSection; readonly name: string | null }
  | { readonly page: 'audit' }
  | { readonly page: 'unknown' }

/** A list of each; with a name, the one of that name. Policies are named by their ARNs. */
export const accessSections = ['users', 'groups', 'roles', 'policies', 'simulator'] as const
export type AccessSection = (typeof accessSections)[number]

export const home = '/console/'

export function parseRoute(pathname: string): Route {
  const path = pathname.replace(/^\/console\/?/, '').replace(/\/$/, '')
  if (path === '' || path === 'groups') return { page: 'groups' }
  if (path === 'sign-in') return { page: 'sign-in' }
  if (path === 'account') return { page: 'account' }
  if (path === 'audit') return { page: 'audit' }
  const [place, ...rest] = path.split('/')
  const parts = rest.map(decoded)
  if (parts.includes(null) || parts.length > 2) return { page: 'unknown' }
  if (place === 'groups') return groupRoute(...(parts as string[]))
  return place === 'access' ? accessRoute(...(parts as string[])) : { page: 'unknown' }
}

function groupRoute(name = '', last = 'flame-graph'): Route {
  const tab = groupTabs.find((known) => known === last)
  return name === '' || tab === undefined ? { page: 'unknown' } : { page: 'group', name, tab }
}

function accessRoute(first = 'users', name: string | null = null): Route {
  const section = accessSections.find((known) => known === first)
  return section === undefined || name === '' ? { page: 'unknown' } : { page: 'access', section, name }
}

/** Null where it is no percent-encoded text. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}

export const accountHref = `${home}account`
export const auditHref = `${home}audit`

/** @param name of one; without it, all */
export function accessHref(section: AccessSection, name: string | null = null): string {
  return `${home}access/${section}${name === null ? '' : `/${encodeURIComponent(name)}`}`
}

export function groupHref(name: string, tab: GroupTab = 'flame-graph'): string {
  const href = `${home}groups/${encodeURIComponent(name)}`
  return tab === 'flame-graph' ? href : `${href}/${tab}`
}

/** Which page a path means. Everything else about a page is in its query and fragment. */

export type Route =
  | { readonly page: 'groups' }
  | { readonly page: 'group'; readonly name: string }
  | { readonly page: 'sign-in' }
  | { readonly page: 'account' }
  | { readonly page: 'unknown' }

export const home = '/console/'

export function parseRoute(pathname: string): Route {
  const path = pathname.replace(/^\/console\/?/, '').replace(/\/$/, '')
  if (path === '' || path === 'groups') return { page: 'groups' }
  if (path === 'sign-in') return { page: 'sign-in' }
  if (path === 'account') return { page: 'account' }
  const name = /^groups\/([^/]+)$/.exec(path)?.[1]
  if (name === undefined) return { page: 'unknown' }
  try {
    return { page: 'group', name: decodeURIComponent(name) }
  } catch {
    return { page: 'unknown' }
  }
}

export const accountHref = `${home}account`

export function groupHref(name: string): string {
  return `${home}groups/${encodeURIComponent(name)}`
}
